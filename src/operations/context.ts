import type { RoleInForce } from '../config/access.ts';
import type { AskPassphrase } from '../config/age.ts';
import type { Config } from '../config/config.ts';
import type { ProxmoxClient } from '../proxmox/types.ts';
import type { State } from '../state/state.ts';
import type { WorkspacePlace } from '../workspace/find.ts';
import type { Resources } from '../models/cluster.ts';
import type { Permissions } from './privileges.ts';
import type { Seat } from './seat.ts';

/** Everything an operation may touch. Time, transport, state and configuration come in here, so tests need no patching. */
export interface Context {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits milliseconds. Throws `cancelled` as soon as the signal is aborted. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly readOnly: boolean;
  readonly config: Config;
  /** The name of the context (cluster) that is talked to. */
  readonly contextName: string;
  /** Where a workspace is looked for, by what needs one. */
  readonly place: WorkspacePlace;
  /** Who acts, for the audit trail: the account here and the user there, `ada as root@pam!tui`. */
  readonly who: string;
  /** The session; made on first use, so that operations without a server need none. Throws `config` when there is no context. */
  proxmox(): ProxmoxClient;
  /** The newest picture of the cluster: the inventory's in the full screen, one fresh call in plain mode. */
  resources(): Promise<Resources>;
  state(): Promise<State>;
  /** The role of Proxdeck's own that counts here, as `access.yaml` says now; undefined where there is none: nobody is limited. Throws `config`. */
  role?(): Promise<RoleInForce | undefined>;
  /** Where a person sits at a terminal, for consoles; absent where nobody does. */
  readonly seat?: Seat;
  /** Asks a person for a second factor of a login, again when one was `refused`; absent where nobody can be asked. */
  secondFactor?(kinds: readonly string[], refused: boolean): Promise<string>;
  /** Asks a person for the passphrase of something that is encrypted; absent where nobody can be asked. */
  readonly passphrase?: AskPassphrase;
  /** What the credential may do (`GET /access/permissions`), where that is already known; without it the server decides alone. */
  permissions?(): Permissions | undefined;
  /** The same, asked of the cluster where it is not known yet, once a session: what is not allowed is refused before it is sent. */
  learnPermissions?(): Promise<Permissions>;
}
