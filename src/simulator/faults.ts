import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import type { World } from './world.ts';

/** Trouble on demand. `path` is a prefix of the API path (`/nodes/pve2`); without it every call is hit. */
export type Fault =
  | { readonly kind: 'latency'; readonly ms: number; readonly path?: string }
  | { readonly kind: 'status'; readonly status: number; readonly path?: string }
  | { readonly kind: 'reset'; readonly chance: number; readonly path?: string }
  | { readonly kind: 'storage-hang'; readonly storage: string }
  | { readonly kind: 'storage-slow'; readonly storage: string; readonly ms: number }
  | { readonly kind: 'node-down'; readonly node: string };

const usage = [
  'latency=300[:/path]',
  'status=500[:/path]  (401, 403, 500, 595, 596 …)',
  'reset=0.1[:/path]',
  'storage-hang=<storage>',
  'storage-slow=<storage>:<ms>',
  'node-down=<node>',
].join(', ');

const complain = (text: string): never => {
  throw new ProxdeckError('usage', `'${text}' is no fault the simulator knows.`, { hint: `Known are: ${usage}.` });
};

const number = (text: string, whole: string, schema: z.ZodNumber): number => {
  const parsed = schema.safeParse(Number(text));
  return text !== '' && parsed.success ? parsed.data : complain(whole);
};

/** Reads `latency=300`, `status=500:/nodes/pve2`, `reset=0.1`, `storage-hang=nas`, `storage-slow=nas:2000`, `node-down=pve3`. Throws usage. */
export const parseFault = (text: string): Fault => {
  const [, kind = '', value = '', rest] = /^([a-z-]+)=([^:]+)(?::(.*))?$/.exec(text) ?? [];
  const path = rest === undefined ? {} : { path: rest };
  switch (kind) {
    case 'latency':
      return { kind, ms: number(value, text, z.number().min(0)), ...path };
    case 'status':
      return { kind, status: number(value, text, z.number().int().min(400).max(599)), ...path };
    case 'reset':
      return { kind, chance: number(value, text, z.number().min(0).max(1)), ...path };
    case 'storage-hang':
      return { kind, storage: value };
    case 'storage-slow':
      return { kind, storage: value, ms: number(rest ?? '', text, z.number().min(0)) };
    case 'node-down':
      return { kind, node: value };
    default:
      return complain(text);
  }
};

/** What a call meets on its way. */
interface Trouble {
  readonly delayMs: number;
  readonly status: number | undefined;
  readonly reset: boolean;
}

/** The faults of a running simulator, switchable at any time. */
export interface Faults {
  readonly active: readonly Fault[];
  /** Switches a fault on. Returns a function that switches it off and puts right what it broke. Throws not-found for unknown names. */
  add(fault: Fault): () => void;
  clear(): void;
  /** Rolls the dice for one call. */
  meet(path: string): Trouble;
}

const concerns = (fault: { readonly path?: string }, path: string): boolean =>
  fault.path === undefined || path === fault.path || path.startsWith(`${fault.path.replace(/\/$/, '')}/`);

const missing = (what: string, name: string): never => {
  throw new ProxdeckError('not-found', `The simulated cluster has no ${what} '${name}'.`, {
    hint: 'Look at the fixture for the names it has.',
  });
};

/** Sets the delay of every place of a storage and returns how to undo it. */
const slowStorage = (world: World, name: string, delayMs: number): (() => void) => {
  const storage = world.storages.get(name) ?? missing('storage', name);
  const before = [...storage.places.values()].map((place) => ({ place, delayMs: place.delayMs, active: place.active }));
  for (const { place } of before) {
    place.delayMs = delayMs;
    if (delayMs === Infinity) place.active = false;
  }
  return () => {
    for (const { place, ...old } of before) Object.assign(place, old);
  };
};

const downNode = (world: World, name: string): (() => void) => {
  const node = world.nodes.get(name) ?? missing('node', name);
  const before = node.online;
  node.online = false;
  return () => {
    node.online = before;
  };
};

const nothing = (): void => undefined;

const apply = (world: World, fault: Fault): (() => void) => {
  if (fault.kind === 'storage-hang') return slowStorage(world, fault.storage, Infinity);
  if (fault.kind === 'storage-slow') return slowStorage(world, fault.storage, fault.ms);
  if (fault.kind === 'node-down') return downNode(world, fault.node);
  return nothing;
};

/** Keeps the faults of one simulated cluster; `random` gives a number in [0, 1). */
export const createFaults = (world: World, random: () => number = Math.random): Faults => {
  const undo = new Map<Fault, () => void>();
  return {
    get active() {
      return [...undo.keys()];
    },
    add: (fault) => {
      undo.set(fault, apply(world, fault));
      return () => {
        undo.get(fault)?.();
        undo.delete(fault);
      };
    },
    clear: () => {
      for (const back of undo.values()) back();
      undo.clear();
    },
    meet: (path) => {
      const trouble = { delayMs: 0, status: undefined as number | undefined, reset: false };
      for (const fault of undo.keys()) {
        if (fault.kind === 'latency' && concerns(fault, path)) trouble.delayMs += fault.ms;
        if (fault.kind === 'status' && concerns(fault, path)) trouble.status = fault.status;
        if (fault.kind === 'reset' && concerns(fault, path) && random() < fault.chance) trouble.reset = true;
      }
      return trouble;
    },
  };
};
