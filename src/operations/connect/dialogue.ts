import { usernameSchema } from '../../config/schema.ts';
import type { Event } from '../event.ts';
import { run } from '../runner.ts';
import { readCertificate, type Session } from '../session.ts';
import { hasLogin } from './connect.ts';
import { refusalOf, type Examined } from './examine.ts';
import { requirePasswordRealm } from './realms.ts';

/** The dialogue by which a cluster is connected, whatever face a person sees. */

/** What is asked; its id tells one question from another within a dialogue. */
interface Asked {
  readonly id: string;
  readonly text: string;
  /** One line about it. */
  readonly help?: string;
}

/** One of a few words; the first is the usual one. */
export interface ChoiceQuestion extends Asked {
  readonly choices: readonly WordChoice[];
}

interface WordChoice {
  readonly value: string;
  readonly detail?: string;
}

export interface LineQuestion extends Asked {
  /** The answer of a person who gives none. */
  readonly usual: string;
  /** What is wrong with an answer, as a sentence. */
  readonly check: (answer: string) => string | undefined;
}

/** Asks a person, each face in its way. Every question rejects with `cancelled` when the person leaves. */
export interface Interviewer {
  choose(question: ChoiceQuestion): Promise<string>;
  line(question: LineQuestion): Promise<string>;
  /** What is typed is not shown. */
  secret(question: Asked): Promise<string>;
  /** Whether the certificate that was seen, which is new or another one than before, may be pinned. */
  trust(seen: Examined): Promise<boolean>;
}

export type Secret = 'token' | 'password';
type Input = Readonly<Record<string, unknown>>;

/** Where the dialogue takes place. */
export interface Here {
  readonly session: Session;
  /** Absent where nobody can be asked. */
  readonly interviewer: Interviewer | undefined;
  readonly emit: (event: Event) => void;
  /** A secret that was said in another way than by an answer. Throws `usage` where nobody can be asked and nothing was said. */
  given(secret: Secret): Promise<string | undefined>;
  /** Whether the login is asked for also where the context has one. */
  readonly anew?: boolean;
}

const textOf = (input: Input, key: string): string | undefined => {
  const value = input[key];
  return typeof value === 'string' ? value : undefined;
};

const way: ChoiceQuestion = {
  id: 'way',
  text: 'Sign in with a password, or with an API token?',
  choices: [
    { value: 'password', detail: 'asked once; Proxdeck can make a token of its own and forget it' },
    { value: 'token', detail: 'one that was made in the web interface' },
  ],
};

const wayAnew: ChoiceQuestion = {
  ...way,
  text: 'Keep the login that is configured, or sign in anew?',
  choices: [{ value: 'keep', detail: 'the login that is configured' }, ...way.choices],
};

const user: LineQuestion = {
  id: 'user',
  text: 'User, with its realm',
  usual: 'root@pam',
  check: (answer) =>
    usernameSchema.safeParse(answer).success ? undefined : 'A user is written with its realm, as in root@pam.',
};

const secrets: Readonly<Record<Secret, Asked>> = {
  password: { id: 'password', text: 'Password' },
  token: {
    id: 'token',
    text: 'API token (USER@REALM!ID=SECRET)',
    help: 'made in the web interface: Datacenter → Permissions → API Tokens → Add',
  },
};

const role: ChoiceQuestion = {
  id: 'role',
  text: 'Proxdeck can make a user, a role and a token of its own, keep only that and forget your password:',
  choices: [
    { value: 'operator', detail: 'see everything; run, snapshot and back up guests' },
    { value: 'viewer', detail: 'see everything, change nothing' },
    { value: 'manager', detail: 'also create, change, move and delete guests' },
    { value: 'own', detail: 'a token of your own user, with all its rights' },
    { value: 'no', detail: 'keep the password in the configuration' },
  ],
};

const secretOf = async (secret: Secret, { given, interviewer }: Here): Promise<Input> => {
  const value = (await given(secret)) ?? (await interviewer?.secret(secrets[secret]));
  return value === undefined ? {} : { [secret]: value };
};

const roleOf = async (input: Input, interviewer: Interviewer | undefined): Promise<Input> => {
  if (input['role'] !== undefined || interviewer === undefined) return {};
  const chosen = await interviewer.choose(role);
  return chosen === 'no' ? {} : { role: chosen };
};

/** A login by password: whether the realm takes one is asked before a person types it. */
const withPassword = async (input: Input, userid: string, here: Here): Promise<Input> => {
  const fingerprint = textOf(input, 'fingerprint');
  const known = here.session.config.contexts[textOf(input, 'name') ?? ''];
  const { ca = known?.ca, jump = known?.ssh_jump } = { ca: textOf(input, 'ca'), jump: textOf(input, 'jump') };
  const tls = {
    ...(fingerprint !== undefined && { fingerprint }),
    ...(ca !== undefined && { ca: readCertificate(ca) }),
  };
  const { signal } = here.session;
  const server = { addresses: [textOf(input, 'url') ?? ''], tls, signal, ...(jump !== undefined && { jump }) };
  await requirePasswordRealm(server, userid);
  const password = await secretOf('password', here);
  return { ...input, user: userid, ...password, ...(await roleOf(input, here.interviewer)) };
};

/** How is signed in: what was said in flags, files and variables, else what the context has already, else what a person says. */
const withLogin = async (input: Input, here: Here, given: readonly Secret[]): Promise<Input> => {
  const { session, interviewer, anew = false } = here;
  if (input['tokenCommand'] !== undefined) return input;
  const userid = textOf(input, 'user');
  if (userid !== undefined) return withPassword(input, userid, here);
  if (given.includes('token')) return { ...input, ...(await secretOf('token', here)) };
  const has = hasLogin(session.config, textOf(input, 'name') ?? '');
  if (has && !anew) return input;
  const chosen = interviewer === undefined ? 'token' : await interviewer.choose(has ? wayAnew : way);
  if (chosen === 'keep') return input;
  if (chosen === 'token' || interviewer === undefined) return { ...input, ...(await secretOf('token', here)) };
  return withPassword(input, await interviewer.line(user), here);
};

/** The input with the certificate that is trusted: the given one, the one that is trusted already, or the one a person trusts now. */
const withTrust = async (input: Input, seen: Examined, { interviewer }: Here): Promise<Input | undefined> => {
  if (input['fingerprint'] !== undefined || seen.trust === 'vouched') return input;
  if (seen.trust === 'pinned') return { ...input, fingerprint: seen.pinned.join(',') };
  return interviewer !== undefined && (await interviewer.trust(seen))
    ? { ...input, fingerprint: seen.fingerprint }
    : undefined;
};

/**
 * Completes the input of `connect` as a dialogue: the certificate is looked at and trusted, then the login is asked for. `given` are
 * the secrets that were said in files or variables. Where nobody can be asked, those must say it.
 * Throws `certificate` before anything is sent, `usage` for what is missing, `unreachable`, `auth`, `cancelled`.
 */
export const completeConnect = async (input: Input, here: Here, given: readonly Secret[] = []): Promise<Input> => {
  const [name, ca, jump] = [textOf(input, 'name'), textOf(input, 'ca'), textOf(input, 'jump')];
  const examine = {
    url: textOf(input, 'url') ?? '',
    ...(name !== undefined && { name }),
    ...(ca !== undefined && { ca }),
    ...(jump !== undefined && { jump }),
  };
  const seen = await run({ name: 'context.examine', input: examine }, here.session, { emit: here.emit });
  const trusted = await withTrust({ ...input, name: seen.context }, seen, here);
  if (trusted === undefined) throw refusalOf(seen);
  return withLogin(trusted, here, given);
};
