import { gunzipSync } from 'node:zlib';
import { asRootOn } from '../../src/simulator/as-root.ts';
import { createAuthority } from '../../src/simulator/auth.ts';
import { createClock } from '../../src/simulator/clock.ts';
import { dispatch } from '../../src/simulator/dispatch.ts';
import type { Machine } from '../../src/simulator/dispatch.ts';
import { parseFixture } from '../../src/simulator/fixture.ts';
import { allRoutes } from '../../src/simulator/handlers/index.ts';
import { liveOn } from '../../src/simulator/life.ts';
import { pveSchema } from '../../src/simulator/schema.ts';
import { createTaskEngine } from '../../src/simulator/tasks.ts';
import type { TaskState, World } from '../../src/simulator/world.ts';

/** Second of the lab's day: 2026-11-20 21:06:40 UTC, a Friday. */
export const labTime = 1_795_208_800;

type Row = Record<string, unknown>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;

interface Envelope {
  readonly status: number;
  readonly reason: string;
  readonly data: unknown;
  readonly errors?: Readonly<Record<string, string>>;
  readonly total?: number;
  readonly changes?: string;
}

/** The whole simulator but its transport, on a world of a fixture or a ready one; tasks run at once, time stands where it is put. */
export class ClusterLab {
  readonly world: World;
  readonly #clock = createClock(Infinity, labTime);
  readonly #engine;
  readonly #machine: Machine;

  constructor(fixture: string | World) {
    this.world = typeof fixture === 'string' ? parseFixture(fixture, 'lab.yaml', labTime) : fixture;
    this.#engine = createTaskEngine(this.world, this.#clock);
    const schema = pveSchema();
    const authority = createAuthority(this.#clock);
    this.#machine = {
      world: this.world,
      schema,
      routes: allRoutes(schema, authority),
      clock: this.#clock,
      engine: this.#engine,
      authority,
      fingerprint: 'AA:BB',
    };
  }

  /** Puts the clock to so many seconds after the lab began. */
  goTo(seconds: number): void {
    this.#clock.set(labTime + seconds);
  }

  /** Asks `GET /nodes` and gives back status and envelope. */
  async ask(route: string, params: Row = {}, as = 'root@pam'): Promise<Envelope> {
    const [method = '', path = ''] = route.split(' ');
    const reads = method === 'GET' || method === 'DELETE';
    const answer = await dispatch(this.#machine, {
      method,
      format: 'json',
      path,
      query: reads ? params : {},
      body: reads ? {} : params,
      upload: undefined,
      caller: { authid: as, userid: as.split('!')[0] ?? as, root: as === 'root@pam' },
    });
    const zipped = answer.headers?.['Content-Encoding'] === 'gzip';
    const content = answer.body?.content ?? 'null';
    const text = zipped ? gunzipSync(content).toString('utf8') : String(content);
    const envelope: { data?: unknown } = JSON.parse(text) ?? {};
    return { data: undefined, ...envelope, status: answer.status, reason: answer.reason };
  }

  /** The rows of a list. */
  async rows(route: string, params: Row = {}, as = 'root@pam'): Promise<Row[]> {
    const { data } = await this.ask(route, params, as);
    if (!Array.isArray(data)) throw new Error(`${route} answered no list`);
    return data.filter(isRow);
  }

  /** The row whose `key` has this value. Throws when there is none. */
  async row(route: string, key: string, value: unknown, as = 'root@pam'): Promise<Row> {
    const found = (await this.rows(route, {}, as)).find((row) => row[key] === value);
    if (!found) throw new Error(`${route} has no row with ${key} ${String(value)}`);
    return found;
  }

  /** Asks for something that runs as a task and waits for its end. */
  async run(route: string, params: Row = {}): Promise<TaskState> {
    const { data, reason } = await this.ask(route, params);
    await this.#engine.idle();
    const task = this.world.tasks.find(({ upid }) => upid === data);
    if (!task) throw new Error(`${route}: no task but ${reason}`);
    return task;
  }

  /** Lets the cluster live from one second to another, counted from the lab's beginning, and waits for what it started. */
  async live(from: number, to: number, seed = 1): Promise<void> {
    this.goTo(to);
    const options = { world: this.world, now: this.#clock.now, asRoot: asRootOn(this.#machine), seed };
    await liveOn(options, labTime + from, labTime + to);
    await this.#engine.idle();
  }
}
