import { randomUUID } from 'node:crypto';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import { asRootOn } from './as-root.ts';
import { fileAccessLog } from './access-log.ts';
import { createAuthority } from './auth.ts';
import { certificateFor } from './certificate.ts';
import { createClock } from './clock.ts';
import { localNodeOf } from './dispatch.ts';
import { createFaults, parseFault } from './faults.ts';
import { loadFixture } from './fixture.ts';
import { allRoutes } from './handlers/index.ts';
import { createHttp } from './http.ts';
import { startLife } from './life.ts';
import { plantRoleTokens, type RoleTokens } from './role-tokens.ts';
import { pveSchema } from './schema.ts';
import { createTaskEngine } from './tasks.ts';
import type { Clock } from './clock.ts';
import type { Machine } from './dispatch.ts';
import type { Fault, Faults } from './faults.ts';
import type { TaskEngine } from './tasks.ts';
import type { World } from './world.ts';

export interface SimulatorOptions {
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** A YAML fixture, or a world that is ready. */
  readonly fixture?: string;
  readonly world?: World;
  /** `user@realm!id=secret`: this token will work. Absent: one is made for root@pam. */
  readonly seedToken?: string;
  /** `user@realm!id`: the token of the fixture that is told instead of one of root's. */
  readonly tokenOf?: string;
  /** How many times faster than real time workers run; Infinity: at once. */
  readonly speed?: number;
  /** How long a 401 is held back. The real server takes 3,000 ms. */
  readonly authDelayMs?: number;
  /** After how long a hanging storage becomes a 596. The real server takes 30,000 ms. */
  readonly proxyTimeoutMs?: number;
  /** As the command line has them: `latency=300`, `node-down=pve3`. */
  readonly faults?: readonly string[];
  /** Present: the cluster lives by itself (backup jobs, chores of daemons, reboots), the same way for the same seed. */
  readonly lifeSeed?: number;
  /** A file that gets one JSON line a request. */
  readonly accessLog?: string;
  /** Makes a user with a token for each role: viewer, operator, manager. */
  readonly roles?: boolean;
  /** Keeps the certificate from run to run. */
  readonly stateDir?: string;
}

export interface Simulator {
  /** `https://127.0.0.1:8006` */
  readonly url: string;
  /** SHA-256 of the certificate, uppercase hex pairs with colons. */
  readonly fingerprint: string;
  /** `root@pam!proxdeck=…`: everything is allowed to it. */
  readonly token: string;
  /** Present when they were asked for. */
  readonly roleTokens?: RoleTokens;
  readonly world: World;
  readonly clock: Clock;
  readonly engine: TaskEngine;
  readonly faults: Faults;
  /** A fresh ticket and CSRF token of a user, as a login would give them. */
  signIn(userid: string): { readonly ticket: string; readonly csrf: string };
  /** Switches a fault on; the returned function switches it off. */
  setFault(fault: Fault | string): () => void;
  close(): Promise<void>;
}

/** Lets a token in: without privilege separation, so it may do what its user may. */
const plantToken = (world: World, seedToken: string | undefined): string => {
  const token = seedToken ?? `root@pam!proxdeck=${randomUUID()}`;
  const [, userid = '', tokenid = '', secret = ''] = /^([^!]+)!([^=]+)=(.+)$/.exec(token) ?? [];
  const user = world.access.users.get(userid);
  user?.tokens.set(tokenid, { secret, privsep: false, expire: 0 });
  return token;
};

/** The token that a fixture gives somebody. Throws `not-found`. */
const tokenIn = (world: World, login: string): string => {
  const known = [...world.access.users.values()].flatMap(({ userid, tokens }) =>
    [...tokens].map(([id, { secret }]) => ({ login: `${userid}!${id}`, secret })),
  );
  const found = known.find((one) => one.login === login);
  if (found !== undefined) return `${login}=${found.secret}`;
  const logins = known.map((one) => one.login);
  throw new ProxdeckError('not-found', `The simulated cluster has no token ${login}.${didYouMean(login, logins)}`, {
    hint: logins.length === 0 ? 'Its fixture has no tokens.' : `There are: ${logins.join(', ')}.`,
  });
};

const worldOf = (options: SimulatorOptions, clock: Clock): World => {
  if (options.world !== undefined) return options.world;
  if (options.fixture !== undefined) return loadFixture(options.fixture, clock.now());
  throw new TypeError('startSimulator needs a fixture or a world');
};

/** Starts a simulated Proxmox VE on this machine's loopback address and resolves when it listens. Throws config for a bad fixture. */
export const startSimulator = async (options: SimulatorOptions): Promise<Simulator> => {
  const clock = createClock(options.speed ?? 1);
  const world = worldOf(options, clock);
  const token = options.tokenOf === undefined ? plantToken(world, options.seedToken) : tokenIn(world, options.tokenOf);
  const roleTokens = options.roles === true ? plantRoleTokens(world) : undefined;
  const accessLog = options.accessLog === undefined ? undefined : fileAccessLog(options.accessLog);
  const nodes = [...world.nodes.values()];
  const certificate = await certificateFor(
    options.stateDir,
    [localNodeOf(world), ...nodes.map((node) => node.name)],
    nodes.map((node) => node.ip),
  );
  const schema = pveSchema();
  const engine = createTaskEngine(world, clock);
  const authority = createAuthority(clock);
  const faults = createFaults(world);
  for (const text of options.faults ?? []) faults.add(parseFault(text));
  const machine: Machine = {
    world,
    schema,
    routes: allRoutes(schema, authority),
    clock,
    engine,
    authority,
    fingerprint: certificate.fingerprint,
  };
  const http = createHttp(machine, {
    key: certificate.key,
    cert: certificate.cert,
    faults,
    authDelayMs: options.authDelayMs ?? 3_000,
    proxyTimeoutMs: options.proxyTimeoutMs ?? 30_000,
    ...(accessLog === undefined ? {} : { accessLog }),
  });
  const port = await http.listen(options.port ?? 0);
  const stopLife =
    options.lifeSeed === undefined
      ? undefined
      : startLife({ world, now: clock.now, asRoot: asRootOn(machine), seed: options.lifeSeed });
  return {
    url: `https://127.0.0.1:${port}`,
    fingerprint: certificate.fingerprint,
    token,
    ...(roleTokens === undefined ? {} : { roleTokens }),
    world,
    clock,
    engine,
    faults,
    signIn: (userid) => ({ ticket: authority.ticket(userid), csrf: authority.csrfToken(userid) }),
    setFault: (fault) => faults.add(typeof fault === 'string' ? parseFault(fault) : fault),
    close: async () => {
      stopLife?.();
      await http.close();
      await engine.stop();
    },
  };
};
