import { loadConfig } from '../../config/config.ts';
import type { Environment } from '../../config/paths.ts';
import { addressSchema, contextNameSchema, jumpSchema } from '../../config/schema.ts';
import { ProxdeckError } from '../../models/error.ts';
import { ProxmoxError } from '../../proxmox/errors.ts';
import type { ResultOf } from '../../operations/catalog.ts';
import { connectCluster } from '../../operations/connect/connect.ts';
import { completeConnect, type ChoiceQuestion, type LineQuestion } from '../../operations/connect/dialogue.ts';
import { foreignFiles, type ForeignFile, type Imported } from '../../operations/connect/import.ts';
import { run } from '../../operations/runner.ts';
import { openSession } from '../../operations/session.ts';
import type { Blame, Conversation } from '../../ui/conversation.ts';

/** Connecting a cluster, one question after the other: what the full screen asks, and what it does with the answers. */

interface Place {
  readonly env: Environment;
  readonly stateFolder: string;
  /** Nothing may be changed, the configuration neither. */
  readonly readOnly: boolean;
}

/** What is known before anything is asked. */
export interface Wanted {
  readonly name?: string;
  readonly url?: string;
  /** Whether the login is asked for also where there is one. */
  readonly anew?: boolean;
}

type Connected = ResultOf<'connect'>;

/**
 * Which answers an error is about, the likeliest first. A login that the server refused is about its secret, else about the way; one
 * that was kept is asked for anew in the next round.
 */
const blameIn =
  (round: { anew: boolean }): Blame =>
  (error, answered) => {
    const kept = !round.anew && !['way', 'token', 'password'].some((id) => answered.has(id));
    if (error.code !== 'auth' || !kept) return blame(error, answered);
    round.anew = true;
    return 'again';
  };

const blame: Blame = (error, answered) => {
  switch (error.code) {
    case 'auth':
      if (error instanceof ProxmoxError && error.status === 401) return ['password', 'token', 'way', 'url'];
      return answered.has('password') ? ['way', 'url'] : ['user', 'way', 'url'];
    case 'permission':
      return ['role', 'way', 'url'];
    default:
      return ['url', 'imported', 'first'];
  }
};

/** What a cluster is called when nothing else comes to mind. */
const usualName = (taken: readonly string[]): string =>
  ['home', 'work', 'lab'].find((name) => !taken.includes(name)) ?? `cluster-${String(taken.length + 1)}`;

const nameQuestion = (taken: readonly string[]): LineQuestion => ({
  id: 'name',
  text: 'What do you call it?',
  usual: usualName(taken),
  check: (answer) => {
    if (taken.includes(answer)) return `There is a context ${answer} already.`;
    return contextNameSchema.safeParse(answer).error?.issues[0]?.message;
  },
});

/** `https://pve1:8006 via ada@bastion`: an address, and the host that it is reached through. */
const placeOf = (typed: string): { readonly url: string; readonly jump?: string } => {
  const [url = '', jump] = typed.split(/\s+via\s+/);
  return { url, ...(jump !== undefined && { jump }) };
};

const addressQuestion: LineQuestion = {
  id: 'url',
  text: 'Where is it? The address of any node, https://HOST:8006',
  help: 'through an SSH host: https://HOST:8006 via USER@BASTION',
  usual: 'https://pve1:8006',
  check: (answer) => {
    const { url, jump } = placeOf(answer);
    const wrong =
      addressSchema.safeParse(url).error ?? (jump === undefined ? undefined : jumpSchema.safeParse(jump).error);
    return wrong?.issues[0]?.message;
  },
};

/** Asks what is not known, connects and saves. Returns what came of it. Throws what `connect` throws. */
const connectOnce = async (conversation: Conversation, place: Place, wanted: Wanted): Promise<Connected> => {
  if (place.readOnly) {
    throw new ProxdeckError('read-only', 'Connecting writes the configuration, and this session is read-only.', {
      hint: 'Leave out --read-only.',
    });
  }
  const config = await loadConfig(place.env);
  const name = wanted.name ?? (await conversation.line(nameQuestion(Object.keys(config.contexts))));
  const where = wanted.url === undefined ? placeOf(await conversation.line(addressQuestion)) : { url: wanted.url };
  const { signal } = conversation;
  const session = openSession({
    config,
    readOnly: place.readOnly,
    signal,
    stateFolder: place.stateFolder,
    passphrase: (what, refused) =>
      conversation.secretOnce({
        id: 'passphrase',
        text: `Passphrase for ${what}`,
        ...(refused && { help: 'That one was refused: type it again.' }),
      }),
    secondFactor: (kinds, refused) =>
      conversation.secretOnce({
        id: 'factor',
        text: `Second factor (${kinds.join(', ')})`,
        help: refused ? 'That one was refused: type the next one.' : 'a code of your app, or a recovery key',
      }),
  });
  try {
    const emit = conversation.tell.bind(conversation);
    const here = { session, interviewer: conversation, emit, given: async () => undefined };
    const answers = await completeConnect({ name, ...where }, { ...here, anew: wanted.anew === true });
    return await run({ name: 'connect', input: connectCluster.input.parse(answers) }, session, { emit });
  } finally {
    await session.close();
  }
};

/** What it came to, until the person goes on. */
const showConnected = (conversation: Conversation, { name, identity, version, nodes, guests, may }: Connected) =>
  conversation.pause({
    id: 'connected',
    text: `${name} is connected as ${identity}: Proxmox VE ${version}, nodes: ${String(nodes)}, guests: ${String(guests)}.`,
    help: `It may do ${may}.`,
    choices: [{ value: 'go on', detail: 'show it' }],
  });

/** Asks for one cluster and connects it; returns its name, undefined when the person thought better of it. */
export const askForCluster = async (
  conversation: Conversation,
  place: Place,
  wanted: Wanted = {},
): Promise<string | undefined> => {
  const round = { anew: wanted.anew === true };
  const ended = await conversation.hold(
    () => connectOnce(conversation, place, { ...wanted, ...round }),
    blameIn(round),
  );
  if (ended === undefined) return undefined;
  await showConnected(conversation, ended.result);
  return ended.result.name;
};

type FirstChoice = 'demo' | 'added' | 'quit';

/** Takes over what another program knows, and returns which of it can be connected now. */
const takeOver = async (
  { env, stateFolder, readOnly }: Place,
  { from, file }: ForeignFile,
): Promise<readonly Imported[]> => {
  const signal = new AbortController().signal;
  const session = openSession({ config: await loadConfig(env), signal, stateFolder, readOnly });
  try {
    return await run({ name: 'context.import', input: { from, file } }, session, { emit: () => undefined });
  } finally {
    await session.close();
  }
};

const importedQuestion = (imported: readonly Imported[]): ChoiceQuestion => ({
  id: 'imported',
  text: 'Which of them is connected now? No certificate is trusted yet: each is looked at when it is connected.',
  choices: [
    ...imported.map(({ name, url, login }) => ({
      value: name,
      detail: `${url}  ${login === 'nothing' ? 'without a login' : `by its ${login}`}`,
    })),
    { value: 'later', detail: 'in the list of contexts (:contexts)' },
  ],
});

const firstQuestion = (foreign: readonly ForeignFile[]): ChoiceQuestion => ({
  id: 'first',
  text: 'No cluster is configured yet.',
  choices: [
    { value: 'demo', detail: 'look around in the demo cluster' },
    { value: 'connect', detail: 'add a cluster of yours' },
    ...foreign.map(({ from, file }) => ({ value: from, detail: `take over what it knows (${file})` })),
    { value: 'quit' },
  ],
});

/** What a person without a cluster wants: look at the demo, connect a cluster, take over those of another program, or leave. */
export const askFirst = async (conversation: Conversation, place: Place): Promise<FirstChoice> => {
  const foreign = foreignFiles(await loadConfig(place.env));
  const taken = new Map<string, readonly Imported[]>();
  const round = { anew: false };
  const ended = await conversation.hold(async (): Promise<FirstChoice> => {
    const chosen = await conversation.choose(firstQuestion(foreign));
    if (chosen === 'demo' || chosen === 'quit') return chosen;
    const program = foreign.find(({ from }) => from === chosen);
    if (program === undefined) {
      await showConnected(conversation, await connectOnce(conversation, place, {}));
      return 'added';
    }
    // Taken over once: a step back asks again which to connect.
    const all = taken.get(chosen) ?? (await takeOver(place, program));
    taken.set(chosen, all);
    const imported = all.filter(({ state }) => state === 'imported');
    if (imported.length === 0) throw nothingIn(program);
    const name = await conversation.choose(importedQuestion(imported));
    const found = imported.find((one) => one.name === name);
    if (found === undefined) return 'added';
    await showConnected(conversation, await connectOnce(conversation, place, { ...found, ...round }));
    return 'added';
  }, blameIn(round));
  return ended?.result ?? 'quit';
};

const nothingIn = ({ from, file }: ForeignFile): ProxdeckError =>
  new ProxdeckError('config', `${file} has no cluster that could be taken over.`, {
    hint: `Look at the file, or run \`proxdeck context import --from ${from}\`: it says of each what is the matter.`,
  });
