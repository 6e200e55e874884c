import { createStore, type StoreApi } from 'zustand/vanilla';
import { loadConfig, type Config, type Login } from '../../config/config.ts';
import type { Environment } from '../../config/paths.ts';
import { asProxdeckError } from '../../models/error.ts';
import { ProxmoxError } from '../../proxmox/errors.ts';
import type { AppModel } from '../../ui/app.ts';
import type { Contexts, KnownContext } from '../../ui/desk.ts';
import { combineSessions } from '../../ui/together.ts';
import { absentSession } from './absent.ts';
import { connectSession, type Answerer, type OpenedSession } from './connect.ts';
import type { TuiOptions } from './start.ts';
import type { askForContext } from './welcome.tsx';

/** What the face does for a form that needs the whole terminal. */
export type WithTerminal = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** The clusters of the configuration, of which one is shown, or all together. Whatever is not shown asks its cluster nothing. */
export class ContextSwitch implements Contexts {
  readonly list: StoreApi<readonly KnownContext[]> = createStore(() => []);
  readonly #app: AppModel;
  readonly #options: TuiOptions;
  readonly #env: Environment;
  readonly #withTerminal: WithTerminal;
  /** Sessions that are open, by the name of their context. */
  readonly #open = new Map<string, OpenedSession>();
  /** Grows with each change of what is shown: one that was overtaken by another is dropped. */
  #turn = 0;

  constructor(app: AppModel, options: TuiOptions, env: Environment, first: OpenedSession, withTerminal: WithTerminal) {
    this.#app = app;
    this.#options = options;
    this.#env = env;
    this.#withTerminal = withTerminal;
    this.#open.set(first.contextName, first);
    first.onAsk(this.#answer);
  }

  async read(): Promise<void> {
    const config = await loadConfig(this.#env);
    const names = this.#namesIn(config);
    const [opened] = this.#open.values();
    const { cache } = (await opened?.state()) ?? {};
    const list = await Promise.all(
      names.map(async (name): Promise<KnownContext> => {
        const place = this.#placeOf(config, name);
        const { addresses, token, username, ssh_jump: jump, prod, read_only: readOnly } = place;
        const secret = secretOf(place);
        const identity = token?.slice(0, token.lastIndexOf('=')) ?? username;
        const address = this.#open.get(name)?.address ?? addresses[0] ?? '';
        const pictureAt = await cache?.moment({ contextName: name, address });
        return {
          name,
          addresses,
          prod,
          readOnly,
          ...(identity !== undefined && { identity }),
          ...(secret !== undefined && { secret }),
          ...(jump !== undefined && { jump }),
          ...(pictureAt !== undefined && { pictureAt }),
        };
      }),
    );
    this.list.setState(list, true);
  }

  async switchTo(name: string): Promise<void> {
    const turn = ++this.#turn;
    const session = await this.#session(name);
    if (turn !== this.#turn) return this.#retire(session);
    this.#app.attach(session);
    this.#keepOnly([name]);
  }

  async showAll(): Promise<void> {
    const turn = ++this.#turn;
    const names = this.#namesIn(await loadConfig(this.#env));
    const sessions = await Promise.all(
      names.map(async (name) => {
        try {
          return await this.#session(name);
        } catch (thrown) {
          // One that cannot even be tried is shown as away, with its reason.
          return absentSession(name, asProxdeckError(thrown), Date.now());
        }
      }),
    );
    if (turn !== this.#turn) return;
    this.#app.attach(combineSessions(sessions));
    this.#keepOnly(names);
  }

  add(): Promise<string | undefined> {
    return this.#ask();
  }

  async connect(name: string, login: 'keep' | 'ask'): Promise<boolean> {
    const [configured = ''] = this.#placeOf(await loadConfig(this.#env), name).addresses;
    // The one that is talked to: each node of a cluster has a certificate of its own.
    const url = this.#refusing(name) ?? configured;
    const connected = (await this.#ask({ name, url, anew: login === 'ask' })) !== undefined;
    if (connected) await this.#reopen(name);
    return connected;
  }

  /** Asks for a second factor or a passphrase over the whole terminal. */
  readonly #answer: Answerer = (question) =>
    this.#withTerminal(async () => {
      const { askForSecret } = await import('./welcome.tsx');
      return askForSecret({ ...this.#options, env: this.#env }, question);
    });

  /** The address whose certificate a session refuses. */
  #refusing(name: string): string | undefined {
    const connection = this.#open.get(name)?.inventory.connection;
    const error = connection?.state === 'away' ? connection.error : undefined;
    return error instanceof ProxmoxError ? error.certificate?.address : undefined;
  }

  /** The dialogue over the whole terminal. */
  async #ask(known?: Parameters<typeof askForContext>[1]): Promise<string | undefined> {
    const { askForContext } = await import('./welcome.tsx');
    const name = await this.#withTerminal(() => askForContext({ ...this.#options, env: this.#env }, known));
    await this.read();
    return name;
  }

  /** A session that is open under the old configuration is made anew; what is shown stays shown. */
  async #reopen(name: string): Promise<void> {
    const known = this.#open.get(name);
    if (known === undefined) return;
    const alone = this.#app.session === known;
    this.#retire(known);
    await (alone ? this.switchTo(name) : this.showAll());
  }

  /** Closes what is open, all at once. */
  async close(): Promise<void> {
    this.#turn += 1;
    await Promise.all([...this.#open.values()].map((session) => session.close()));
  }

  /** The demo's own cluster has no place in a file, and a name that is not the one in the variables. */
  #namesIn(config: Config): readonly string[] {
    const { cluster } = this.#options;
    const names = Object.keys(config.contexts);
    return cluster === undefined ? names : [cluster.name, ...names.filter((name) => name !== config.current)];
  }

  #placeOf(config: Config, name: string): Config['contexts'][string] {
    const { cluster } = this.#options;
    const own = cluster?.name === name ? (config.current ?? name) : name;
    return config.contexts[own] ?? { addresses: [], prod: false, read_only: false };
  }

  async #session(name: string): Promise<OpenedSession> {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const { cluster, ...options } = this.#options;
    const own = cluster?.name === name;
    const session = await connectSession(
      own ? { ...options, cluster } : { ...options, env: this.#env, contextName: name },
      'kept',
    );
    this.#open.set(name, session);
    session.onAsk(this.#answer);
    return session;
  }

  #keepOnly(names: readonly string[]): void {
    for (const [name, session] of this.#open) if (!names.includes(name)) this.#retire(session);
  }

  /** It asks nothing from now on, and is closed as soon as no work of ours runs in it. */
  #retire(session: OpenedSession): void {
    this.#open.delete(session.contextName);
    session.inventory.automatic = false;
    session
      .idle()
      .then(() => session.close())
      .catch((thrown: unknown) => this.#app.notify({ token: 'warn', text: asProxdeckError(thrown).message }));
  }
}

const secretOf = ({ token, password, sealed_token, sealed_password }: Login): KnownContext['secret'] => {
  if ((sealed_token ?? sealed_password) !== undefined) return 'encrypted';
  return (token ?? password) === undefined ? undefined : 'plain';
};
