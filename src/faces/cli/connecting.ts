import type { Environment } from '../../config/paths.ts';
import { usernameSchema } from '../../config/schema.ts';
import { hasLogin } from '../../operations/connect/connect.ts';
import { refusalOf, type Examined } from '../../operations/connect/examine.ts';
import { requirePasswordRealm } from '../../operations/connect/realms.ts';
import type { Event } from '../../operations/event.ts';
import { run } from '../../operations/runner.ts';
import type { Session } from '../../operations/session.ts';
import { saysSecret, withSecret } from './interview.ts';
import type { Wanted } from './program.ts';
import type { Style } from './render.ts';
import type { Terminal } from './terminal.ts';
import { askTrust } from './trusting.ts';

type Input = Readonly<Record<string, unknown>>;

/** Where the dialogue takes place. */
interface Here {
  readonly session: Session;
  readonly env: Environment;
  /** Absent where nobody can be asked. */
  readonly terminal: Terminal | undefined;
  readonly style: Style;
  readonly emit: (event: Event) => void;
}

const textOf = (input: Input, key: string): string | undefined => {
  const value = input[key];
  return typeof value === 'string' ? value : undefined;
};

/** The words as a question lists them; nothing typed is the first. A word may be typed in part. Asks until it is one of them. */
const choose = async (terminal: Terminal, question: string, words: readonly [string, ...string[]]): Promise<string> => {
  for (;;) {
    const typed = (await terminal.ask(question)).toLowerCase();
    if (typed === '') return words[0];
    const [meant, other] = words.filter((word) => word.startsWith(typed));
    if (meant !== undefined && other === undefined) return meant;
  }
};

const askUser = async (terminal: Terminal): Promise<string> => {
  for (;;) {
    const typed = (await terminal.ask('User, with its realm [root@pam]: ')) || 'root@pam';
    if (usernameSchema.safeParse(typed).success) return typed;
  }
};

const roleQuestion = [
  'Proxdeck can make a user, a role and a token of its own, keep only that',
  'and forget your password:',
  '  operator  see everything; run, snapshot and back up guests',
  '  viewer    see everything, change nothing',
  '  manager   also create, change, move and delete guests',
  '  own       a token of your own user, with all its rights',
  '  no        keep the password in the configuration',
  'Which one? [operator] ',
].join('\n');

const askRole = async (terminal: Terminal): Promise<Input> => {
  const role = await choose(terminal, roleQuestion, ['operator', 'viewer', 'manager', 'own', 'no']);
  return role === 'no' ? {} : { role };
};

/** A login by password: whether the realm takes one is asked before a person types it. */
const withPassword = async (wanted: Wanted, input: Input, user: string, here: Here): Promise<Input> => {
  const { session, env, terminal } = here;
  const fingerprint = textOf(input, 'fingerprint');
  const server = { addresses: [textOf(input, 'url') ?? ''], signal: session.signal };
  await requirePasswordRealm({ ...server, tls: fingerprint === undefined ? {} : { fingerprint } }, user);
  const asked = { ...input, user };
  const complete = await withSecret({ ...wanted, input: asked }, session.config, env, terminal);
  return input['role'] !== undefined || terminal === undefined
    ? complete
    : { ...complete, ...(await askRole(terminal)) };
};

/** How is signed in: what was said in flags, files and variables, else what the context has already, else what a person says. */
const withLogin = async (wanted: Wanted, input: Input, here: Here): Promise<Input> => {
  const { session, env, terminal } = here;
  if (input['tokenCommand'] !== undefined) return input;
  const user = textOf(input, 'user');
  if (user !== undefined) return withPassword(wanted, input, user, here);
  const secret = () => withSecret({ ...wanted, input }, session.config, env, terminal);
  if (saysSecret('token', wanted, env)) return secret();
  if (hasLogin(session.config, textOf(input, 'name') ?? '')) return input;
  if (terminal === undefined) return secret();
  const way = await choose(terminal, 'Sign in with a password, or with an API token? [password/token] ', [
    'password',
    'token',
  ]);
  if (way === 'password') return withPassword(wanted, input, await askUser(terminal), here);
  return { ...input, token: await terminal.askSecret('API token (USER@REALM!ID=SECRET): ') };
};

/** The input with the certificate that is trusted: the given one, the one that is trusted already, or the one a person trusts now. */
const withTrust = async (input: Input, seen: Examined, { terminal, style }: Here): Promise<Input | undefined> => {
  if (input['fingerprint'] !== undefined) return input;
  if (seen.trust === 'vouched') return input;
  const trusted = seen.trust === 'pinned' || (terminal !== undefined && (await askTrust(seen, terminal, style)));
  return trusted
    ? { ...input, fingerprint: seen.trust === 'pinned' ? seen.pinned.join(',') : seen.fingerprint }
    : undefined;
};

/**
 * Completes the input of `connect` as a dialogue: the certificate is looked at and trusted, then the login is asked for, without
 * echo and never taken from argv. Where nobody can be asked, files and variables must say it.
 * Throws `certificate` before anything is sent, `usage` for what is missing, `unreachable`, `auth`, `cancelled`.
 */
export const withDialogue = async (wanted: Wanted, here: Here): Promise<Input> => {
  const url = textOf(wanted.input, 'url') ?? '';
  const name = textOf(wanted.input, 'name');
  const ca = textOf(wanted.input, 'ca');
  const examine = { url, ...(name !== undefined && { name }), ...(ca !== undefined && { ca }) };
  const seen = await run({ name: 'context.examine', input: examine }, here.session, { emit: here.emit });
  const named = { ...wanted.input, name: seen.context };
  const trusted = await withTrust(named, seen, here);
  if (trusted === undefined) throw refusalOf(seen);
  return withLogin(wanted, trusted, here);
};
