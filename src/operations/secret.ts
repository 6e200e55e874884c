import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { isPlaceholder } from '../stacks/placeholder.ts';
import { violation } from '../stacks/rules.ts';
import { ageOf, dueOf } from '../stacks/secrets/ages.ts';
import { makesItself, makeSecrets, sealed, wantedNamed } from '../stacks/secrets/make.ts';
import { secretsFile, writeSecrets, type Secrets } from '../stacks/secrets/store.ts';
import { wantedSecrets, type WantedSecret } from '../stacks/secrets/wanted.ts';
import type { Event } from './event.ts';
import { operation } from './operation.ts';
import { openSecrets, secretNames, type SecretStore } from './secret-store.ts';
import { stackName } from './stack-name.ts';

/** The secrets of stacks. Values go in, and come out only where a stack is deployed; nothing here shows one. */

type State = 'missing' | 'placeholder' | 'due' | 'set' | 'unused' | 'optional';

/** A secret as it is listed. */
interface SecretRow {
  readonly name: string;
  readonly kind: WantedSecret['kind'] | 'unknown';
  readonly state: State;
  readonly usedBy: readonly string[];
  /** How it comes about: `password`, `certificate`, or `given` by a person. */
  readonly how: string;
  /** On which day: `2026-11-21`. */
  readonly made?: string;
  /** Seconds; days are what is known. */
  readonly age?: number;
  /** When it is to be made anew: seconds since 1970. */
  readonly due?: number;
}

const wayOf = (wanted: WantedSecret): string => {
  if (wanted.kind === 'authority' || wanted.kind === 'leaf') return 'certificate';
  return wanted.generate?.kind ?? 'given';
};

/** Whether the stack runs without it. */
const isOptional = (wanted: WantedSecret): boolean => wanted.kind === 'setting' && !wanted.setting.required;

const rowOf = (wanted: WantedSecret, secrets: Secrets, now: number): SecretRow => {
  const { name, kind, usedBy } = wanted;
  const row = { name, kind, usedBy, how: wayOf(wanted) };
  const entry = secrets[name];
  if (entry === undefined) return { ...row, state: isOptional(wanted) ? 'optional' : 'missing' };
  const due = dueOf(wanted, entry);
  const state = entry.placeholder === true ? 'placeholder' : due !== undefined && due <= now ? 'due' : 'set';
  return {
    ...row,
    state,
    made: entry.made,
    age: ageOf(entry, now),
    ...(due !== undefined && { due: Math.floor(due / 1_000) }),
  };
};

/** What is kept and no longer needed. */
const unusedRows = (secrets: Secrets, wanted: readonly WantedSecret[], now: number): readonly SecretRow[] => {
  const names = new Set(wanted.map(({ name }) => name));
  return Object.entries(secrets).flatMap(([name, entry]) =>
    names.has(name)
      ? []
      : [
          {
            name,
            kind: 'unknown' as const,
            state: 'unused' as const,
            usedBy: [],
            how: entry.by,
            made: entry.made,
            age: ageOf(entry, now),
          },
        ],
  );
};

/** What is known of the secrets of a stack, without their values. `now` is milliseconds since 1970. */
export const secretRows = (
  { stack, secrets }: Pick<SecretStore, 'stack' | 'secrets'>,
  now: number,
): readonly SecretRow[] => {
  const wanted = wantedSecrets(stack);
  return [...wanted.map((one) => rowOf(one, secrets, now)), ...unusedRows(secrets, wanted, now)];
};

/** Lists the secrets of a stack: whether each is there, who uses it, how old it is and when it is due. Needs no key. */
export const listSecrets = operation({
  name: 'secret.list',
  summary: 'List the secrets of a stack, without their values',
  risk: 'read',
  input: z.object({ stack: stackName }),
  columns: [
    { field: 'name', title: 'NAME' },
    { field: 'state', title: 'STATE' },
    { field: 'usedBy', title: 'USED BY' },
    { field: 'how', title: 'HOW' },
    { field: 'made', title: 'MADE' },
    { field: 'due', title: 'DUE', unit: 'moment' },
  ],
  async *run(context, _resolved, input): AsyncGenerator<never, readonly SecretRow[], void> {
    return secretRows(await openSecrets(context, input.stack), context.now());
  },
});

/** Throws `validation` for a value that breaks its rules or only stands in for one; the value is not in the sentence. */
const requireFit = (wanted: WantedSecret, value: string, placeholder: boolean): void => {
  const { name } = wanted;
  if (value === '')
    throw new ProxdeckError('validation', `The value of ${name} is empty.`, {
      hint: 'Nothing was changed. To have none, remove it: `proxdeck secret remove`.',
    });
  if (wanted.kind === 'authority' || wanted.kind === 'leaf')
    throw new ProxdeckError('usage', `${name} is made, not given.`, {
      hint: 'Make it with `proxdeck secret generate`.',
    });
  if (isPlaceholder(value) && !placeholder)
    throw new ProxdeckError('validation', `The value of ${name} only stands in for one: everybody could guess it.`, {
      hint: 'Give the real one, let it be made with `proxdeck secret generate`, or say --placeholder to keep it for now.',
    });
  const broken = wanted.kind === 'setting' && !placeholder ? violation(wanted.setting, value) : undefined;
  if (broken !== undefined)
    throw new ProxdeckError('validation', `The value of ${name} ${broken}.`, {
      hint: 'Nothing was changed. The rule stands under x-proxdeck.settings of the stack.',
    });
};

/** Keeps a value that a person gives. Throws `not-found` for a secret the stack does not know, `validation` for a value it refuses. */
export const setSecret = operation({
  name: 'secret.set',
  summary: 'Keep the value of a secret, encrypted',
  risk: 'change',
  input: z.object({
    stack: stackName,
    name: z.string().min(1).describe('name of the secret').meta({ positional: true }),
    value: z.string().describe('value (`-` is the standard input)').meta({ secret: true }),
    placeholder: z.boolean().default(false).describe('keep a value that only stands in for one'),
  }),
  async *run(context, _resolved, { stack: name, name: secret, value, placeholder }) {
    const { folder, stack, secrets, keeping } = await openSecrets(context, name);
    const wanted = wantedNamed(stack, secret);
    requireFit(wanted, value, placeholder);
    const entry = await sealed(value, keeping, {
      by: 'given',
      ...(isPlaceholder(value) && { placeholder: true as const }),
    });
    await writeSecrets(folder, { ...secrets, [secret]: entry });
    yield { type: 'step', id: secret, title: `encrypt ${secret} into ${secretsFile(folder)}`, state: 'done' };
    return { stack: name, name: secret, replaced: Object.hasOwn(secrets, secret), usedBy: wanted.usedBy };
  },
});

/** Makes secrets and writes them all at once. */
async function* make(
  { folder, stack, secrets, keeping }: SecretStore,
  chosen: readonly WantedSecret[],
): AsyncGenerator<Event, readonly string[], void> {
  if (chosen.length === 0) return [];
  yield { type: 'progress', done: 0, total: chosen.length, unit: 'items' };
  const { secrets: after, made } = await makeSecrets(stack, chosen, secrets, keeping);
  await writeSecrets(folder, after);
  for (const name of made) yield { type: 'step', id: name, title: `make ${name}`, state: 'done' };
  return made;
}

/** Makes the secrets that are missing, or the named ones. Those that only a person knows are named. Values that are there stay. */
export const generateSecrets = operation({
  name: 'secret.generate',
  summary: 'Make the secrets of a stack that are missing and make themselves',
  risk: 'change',
  input: z.object({
    stack: stackName,
    names: secretNames.default([]).describe('only these; all that are missing without one'),
  }),
  async *run(context, _resolved, { stack: name, names }) {
    const store = await openSecrets(context, name);
    const { stack, secrets } = store;
    const asked = names.length === 0 ? wantedSecrets(stack) : names.map((one) => wantedNamed(stack, one));
    const missing = asked.filter((one) => secrets[one.name] === undefined || secrets[one.name]?.placeholder === true);
    const chosen = names.length === 0 ? missing.filter(makesItself) : missing;
    const made = yield* make(store, chosen);
    const open = missing.filter((one) => !makesItself(one) && !isOptional(one)).map((one) => one.name);
    for (const secret of open)
      yield {
        type: 'warning',
        code: 'secret-missing',
        message: `${secret} is still missing: only you know it.`,
        hint: `Give it with \`proxdeck secret set ${name} ${secret}\`.`,
      };
    return { stack: name, made, kept: asked.length - missing.length, missing: open };
  },
});

/** Makes secrets anew in place of those that are there. A new authority makes new leaves. */
export const rotateSecrets = operation({
  name: 'secret.rotate',
  summary: 'Make secrets anew in place of their values',
  risk: 'destroy',
  input: z.object({
    stack: stackName,
    names: secretNames.default([]).describe('which; all that are due without one'),
  }),
  resolve: async (context, { stack: name, names }) => {
    const store = await openSecrets(context, name);
    const isDue = (one: WantedSecret): boolean => {
      const entry = store.secrets[one.name];
      const due = entry === undefined ? undefined : dueOf(one, entry);
      return due !== undefined && due <= context.now() && makesItself(one);
    };
    const chosen =
      names.length === 0 ? wantedSecrets(store.stack).filter(isDue) : names.map((one) => wantedNamed(store.stack, one));
    const given = chosen.find((one) => !makesItself(one));
    if (given !== undefined)
      throw new ProxdeckError('usage', `${given.name} is given by a person: only a new value can take its place.`, {
        hint: `Give it with \`proxdeck secret set ${name} ${given.name}\`.`,
      });
    return { store, chosen };
  },
  hazards: (_context, { chosen }) =>
    chosen.map(({ name, usedBy }) => {
      const users =
        usedBy.length === 0 ? '' : ` Until the next deployment ${usedBy.join(' and ')} still has the old one.`;
      return `The value of ${name} is replaced; what it encrypts or protects elsewhere must be changed with it.${users}`;
    }),
  async *run(_context, { store, chosen }, { stack: name }) {
    const made = yield* make(store, chosen);
    return { stack: name, made };
  },
});

/** Forgets the value of a secret. */
export const removeSecret = operation({
  name: 'secret.remove',
  summary: 'Forget the value of a secret',
  risk: 'destroy',
  input: z.object({
    stack: stackName,
    name: z.string().min(1).describe('name of the secret').meta({ positional: true }),
  }),
  resolve: async (context, { stack: name, name: secret }) => {
    const store = await openSecrets(context, name);
    if (!Object.hasOwn(store.secrets, secret)) {
      wantedNamed(store.stack, secret);
      throw new ProxdeckError('not-found', `${secret} has no value that could be forgotten.`, {
        hint: `\`proxdeck secret list ${name}\` says which have one.`,
      });
    }
    return store;
  },
  hazards: (_context, _store, { name: secret }) => [
    `The value of ${secret} is deleted; it stays in the history of git.`,
  ],
  async *run(_context, { folder, secrets }, { stack: name, name: secret }) {
    const left = Object.fromEntries(Object.entries(secrets).filter(([one]) => one !== secret));
    await writeSecrets(folder, left);
    yield { type: 'step', id: secret, title: `forget ${secret}`, state: 'done' };
    return { stack: name, name: secret, removed: true };
  },
});
