import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import { blindness } from './blind.ts';
import type { Context } from './context.ts';
import { operation, type Column } from './operation.ts';
import { IncompleteError } from './outcome.ts';
import { productVersion } from './version.ts';

/** One question and its answer. */
interface Finding {
  readonly check: string;
  readonly state: 'pass' | 'warn' | 'fail' | 'skip';
  readonly detail: string;
  readonly hint?: string;
}

type Check = (context: Context) => Promise<readonly Finding[]>;

const failed = (check: string, thrown: unknown): Finding => {
  const { message, hint } = asProxdeckError(thrown);
  return { check, state: 'fail', detail: message, ...(hint !== undefined && { hint }) };
};

const program: Check = async () => [
  {
    check: 'program',
    state: 'pass',
    detail: `Proxdeck ${await productVersion()}, Node ${process.versions.node}, ${process.platform}-${process.arch}`,
  },
];

const configuration: Check = async ({ config }) => {
  const found = await stat(config.file).catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  });
  if (found === undefined) return [{ check: 'configuration', state: 'skip', detail: `There is no ${config.file}.` }];
  if ((found.mode & 0o077) !== 0) {
    return [
      {
        check: 'configuration',
        state: 'warn',
        detail: `Others can read ${config.file}, which holds secrets.`,
        hint: `chmod 600 ${config.file}`,
      },
    ];
  }
  return [
    {
      check: 'configuration',
      state: 'pass',
      detail: `${config.file}, ${String(Object.keys(config.contexts).length)} contexts`,
    },
  ];
};

const crashLogs = async (folder: string): Promise<Finding> => {
  const logs = (await readdir(folder)).filter((name) => /^crash-.*\.log$/.test(name)).toSorted();
  const newest = logs.at(-1);
  if (newest === undefined) return { check: 'crash logs', state: 'pass', detail: 'none' };
  return {
    check: 'crash logs',
    state: 'warn',
    detail: `${String(logs.length)}, the newest is ${path.join(folder, newest)}`,
    hint: 'Read it, report it, then delete it.',
  };
};

const database: Check = async (context) => {
  const state = await context.state();
  const opened: Finding =
    state.setAside === undefined
      ? { check: 'state', state: 'pass', detail: state.path }
      : {
          check: 'state',
          state: 'warn',
          detail: `The database was corrupt and was set aside as ${state.setAside}; a new one was made.`,
        };
  return [opened, await crashLogs(path.dirname(state.path))];
};

/** Whether somebody changed the trail behind Proxdeck's back. */
const auditTrail: Check = async (context) => {
  const { audit } = await context.state();
  const { rows, breaks } = await audit.verify();
  const [first] = breaks;
  if (first === undefined) return [{ check: 'audit trail', state: 'pass', detail: `${String(rows)} rows, unchanged` }];
  throw new ProxdeckError('state', `The audit trail was changed: ${first.detail}.`, { hint: 'proxdeck audit verify' });
};

const rights: Check = async (context) => {
  const resources = await context.resources();
  const blind = blindness(resources);
  const { nodes, guests } = resources;
  const offline = nodes.filter(({ status }) => status !== 'online').map(({ node }) => node);
  return [
    blind === undefined
      ? {
          check: 'rights',
          state: 'pass',
          detail: `sees ${String(nodes.length)} nodes and ${String(guests.length)} guests`,
        }
      : {
          check: 'rights',
          state: 'warn',
          detail: blind.message,
          ...(blind.hint !== undefined && { hint: blind.hint }),
        },
    offline.length === 0
      ? { check: 'nodes', state: 'pass', detail: 'all online' }
      : { check: 'nodes', state: 'warn', detail: `not online: ${offline.join(', ')}` },
  ];
};

const connection: Check = async (context) => {
  if (context.contextName === '')
    return [
      {
        check: 'connection',
        state: 'skip',
        detail: 'No cluster is configured.',
        hint: 'proxdeck connect https://HOST:8006',
      },
    ];
  const client = context.proxmox();
  const { version } = await client.version({ signal: context.signal, origin: 'person' });
  return [
    {
      check: 'connection',
      state: 'pass',
      detail: `${context.contextName}: ${client.address} answers as ${client.identity}, Proxmox VE ${version}`,
    },
    ...(await rights(context)),
  ];
};

const checks: readonly (readonly [string, Check])[] = [
  ['program', program],
  ['configuration', configuration],
  ['state', database],
  ['audit trail', auditTrail],
  ['connection', connection],
];

const columns: readonly Column[] = [
  { field: 'check', title: 'CHECK' },
  { field: 'state', title: 'STATE' },
  { field: 'detail', title: 'DETAIL' },
  { field: 'hint', title: 'HINT' },
];

/** Checks program, configuration, state and connection. Throws with the findings when one of them failed. */
export const doctor = operation({
  name: 'doctor',
  summary: 'Check configuration, state and connection',
  risk: 'read',
  input: z.object({}),
  columns,
  async *run(context) {
    const findings: Finding[] = [];
    let worst: ReturnType<typeof asProxdeckError> | undefined;
    for (const [name, check] of checks) {
      try {
        findings.push(...(await check(context)));
      } catch (error) {
        findings.push(failed(name, error));
        worst = asProxdeckError(error);
      }
    }
    if (worst !== undefined)
      throw new IncompleteError(
        worst.code,
        worst.message,
        findings,
        worst.hint === undefined ? {} : { hint: worst.hint },
      );
    return findings;
  },
});
