import { clean } from '../../../components/text.ts';
import { loadConfig } from '../../config/config.ts';
import { stateFolder, type Environment } from '../../config/paths.ts';
import { loadOperation, operations } from '../../operations/catalog.ts';
import { openSession } from '../../operations/session.ts';
import type { ProxmoxClient } from '../../proxmox/types.ts';
import { completeApiParameter, completeApiPath } from './completeApi.ts';
import { completeBlueprints, completeStacks } from './completeStacks.ts';
import { fieldsOf, type Field } from '../../operations/fields.ts';
import { globalFlags, outputFormats } from './globals.ts';
import type { FaceCommand } from './program.ts';

export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** What candidates are made from: the words before, and the cluster where it is needed. */
export interface Sources {
  readonly env: Environment;
  /** `--context` on the line. */
  readonly contextName: string | undefined;
  readonly faceCommands: readonly FaceCommand[];
}

/** Nobody waits longer for a list of names. */
const patienceMs = 1500;

/** Asks the cluster of the line. Without an answer there are no candidates: a shell is no place for errors. */
const ask = async (
  { env, contextName }: Sources,
  question: (client: ProxmoxClient, options: { timeoutMs: number; origin: 'person' }) => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> => {
  try {
    const config = await loadConfig(env);
    const session = openSession({
      config,
      ...(contextName !== undefined && { contextName }),
      readOnly: true,
      signal: AbortSignal.timeout(patienceMs),
      stateFolder: stateFolder(env),
    });
    try {
      return await question(session.proxmox(), { timeoutMs: patienceMs, origin: 'person' });
    } finally {
      await session.close();
    }
  } catch {
    return [];
  }
};

const guests = (sources: Sources): Promise<readonly Candidate[]> =>
  ask(sources, async (client, options) =>
    (await client.resources(options)).guests.flatMap(({ vmid, name, node, status }) => [
      { value: String(vmid), description: `${name} ${status} on ${node}` },
      ...(name === '' ? [] : [{ value: name, description: `${String(vmid)} ${status} on ${node}` }]),
    ]),
  );

const nodes = (sources: Sources): Promise<readonly Candidate[]> =>
  ask(sources, async (client, options) =>
    (await client.resources(options)).nodes.map(({ node, status }) => ({ value: node, description: status })),
  );

const storages = (sources: Sources): Promise<readonly Candidate[]> =>
  ask(sources, async (client, options) => {
    const rows = (await client.resources(options)).storages;
    return [
      ...new Map(
        rows.map(({ storage, plugintype }) => [storage, { value: storage, description: plugintype }]),
      ).values(),
    ];
  });

const tasks = (sources: Sources): Promise<readonly Candidate[]> =>
  ask(sources, async (client, options) =>
    (await client.tasks(options)).map(({ upid, type, id, status }) => ({
      value: upid,
      description: `${type} ${id} ${status ?? 'running'}`,
    })),
  );

const contexts = async ({ env }: Sources): Promise<readonly Candidate[]> => {
  try {
    return Object.entries((await loadConfig(env)).contexts).map(([value, { addresses }]) => ({
      value,
      description: addresses.join(' '),
    }));
  } catch {
    // The command itself will say what is wrong with the file.
    return [];
  }
};

interface Line {
  /** Words that are neither flags nor values of flags. */
  readonly words: readonly string[];
  /** The flag whose value is being typed. */
  readonly open: string | undefined;
  readonly contextName: string | undefined;
}

const takesValue = (flag: string, fields: readonly Field[]): boolean => {
  const global = globalFlags.find((one) => `--${one.flag}` === flag);
  if (global !== undefined) return global.value !== undefined;
  return fields.some((field) => `--${field.flag}` === flag && field.type !== 'boolean');
};

const readLine = (before: readonly string[], fields: readonly Field[]): Line => {
  const words: string[] = [];
  let open: string | undefined;
  let contextName: string | undefined;
  for (const word of before) {
    if (open !== undefined) {
      if (open === '--context') contextName = word;
      open = undefined;
    } else if (word.startsWith('-')) open = takesValue(word, fields) ? word : undefined;
    else words.push(word);
  }
  return { words, open, contextName };
};

const valuesOf = (
  field: Field,
  words: readonly string[],
  current: string,
  sources: Sources,
): Promise<readonly Candidate[]> | readonly Candidate[] => {
  if (field.choices.length > 0) return field.choices.map((value) => ({ value }));
  switch (field.completes) {
    case 'guest':
      return guests(sources);
    case 'node':
      return nodes(sources);
    case 'storage':
      return storages(sources);
    case 'task':
      return tasks(sources);
    case 'context':
      return contexts(sources);
    case 'stack':
      return completeStacks(sources.env, process.cwd());
    case 'blueprint':
      return completeBlueprints();
    case 'api-path':
      return completeApiPath(words[1] ?? '', current, (question) => ask(sources, question));
    case 'api-parameter':
      return completeApiParameter(words[1] ?? '', words[2] ?? '', current);
    default:
      return [];
  }
};

const flagsOf = (fields: readonly Field[]): readonly Candidate[] => [
  ...fields
    .filter(({ positional }) => !positional)
    .map(({ flag, secret, type, usual, description }) => ({
      value: secret ? `--${flag}-file` : `--${type === 'boolean' && usual === true ? 'no-' : ''}${flag}`,
      description,
    })),
  ...globalFlags.map(({ flag, summary }) => ({ value: `--${flag}`, description: summary })),
];

const openValues = (flag: string, fields: readonly Field[], line: Line, current: string, sources: Sources) => {
  if (flag === '--context') return contexts(sources);
  if (flag === '--output') return outputFormats.map((value) => ({ value }));
  const field = fields.find((one) => `--${one.flag}` === flag);
  return field === undefined ? [] : valuesOf(field, line.words, current, sources);
};

const firstWords = ({ faceCommands }: Sources): readonly Candidate[] => {
  const nouns = new Map<string, string[]>();
  for (const { name } of operations) {
    const [noun = '', verb] = name.split('.');
    nouns.set(noun, [...(nouns.get(noun) ?? []), ...(verb === undefined ? [] : [verb])]);
  }
  return [
    ...[...nouns].map(([value, verbs]) => ({ value, description: verbs.join(', ') })),
    ...faceCommands.map(({ name, summary }) => ({ value: name, description: summary })),
  ];
};

const wordValues = (fields: readonly Field[], line: Line, current: string, sources: Sources) => {
  const [noun = '', verb] = line.words;
  if (line.words.length === 0) return firstWords(sources);
  const face = sources.faceCommands.find(({ name }) => name === noun);
  if (face !== undefined) return (face.arguments?.[line.words.length - 1]?.choices ?? []).map((value) => ({ value }));
  if (verb === undefined) {
    return operations.flatMap(({ name, summary }) =>
      name.startsWith(`${noun}.`) ? [{ value: name.slice(noun.length + 1), description: summary }] : [],
    );
  }
  const positional = fields.filter((field) => field.positional);
  const field = positional[Math.min(line.words.length - 2, positional.length - 1)];
  return field === undefined || (!field.many && line.words.length - 2 >= positional.length)
    ? []
    : valuesOf(field, line.words, current, sources);
};

const fieldsFor = async (words: readonly string[]): Promise<readonly Field[]> => {
  const name = operations.find((one) => one.name === `${words[0] ?? ''}.${words[1] ?? ''}`)?.name;
  return name === undefined ? [] : fieldsOf(await loadOperation(name));
};

/** Names come from a server and are put on a command line: only what no shell reads anything into. */
const harmlessWord = /^[\w./:@!+=,-]+$/;

/** Returns what the last of the words can become. */
export const complete = async (
  words: readonly string[],
  sources: Omit<Sources, 'contextName'>,
): Promise<readonly Candidate[]> => {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const fields = await fieldsFor(readLine(before, []).words);
  const line = readLine(before, fields);
  const all: Sources = { ...sources, contextName: line.contextName };
  const candidates =
    line.open !== undefined
      ? await openValues(line.open, fields, line, current, all)
      : current.startsWith('-')
        ? flagsOf(fields)
        : await wordValues(fields, line, current, all);
  return candidates.filter(({ value }) => value.startsWith(current) && harmlessWord.test(value));
};

/** One line a candidate, as the completion scripts read them. */
export const completionLines = (candidates: readonly Candidate[]): string =>
  candidates.map(({ value, description = '' }) => `${value}\t${clean(description).trim()}\n`).join('');
