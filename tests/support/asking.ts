import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asProxdeckError, type ProxdeckError } from '../../src/models/error.ts';
import { loadOperation, type InputOf, type OperationName, type ResultOf } from '../../src/operations/catalog.ts';
import type { Event } from '../../src/operations/event.ts';
import type { Call } from '../../src/operations/operation.ts';
import { performed, run, type Question } from '../../src/operations/runner.ts';
import { openSession, type Session } from '../../src/operations/session.ts';
import { parseFixture } from '../../src/simulator/fixture.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';

/** A simulator in this process, and operations asked of it as plain mode would. */
export interface Asking extends AsyncDisposable {
  readonly simulator: Simulator;
  /** Runs an operation with a fresh session; `token` asks as somebody else than root. */
  ask<Name extends OperationName>(name: Name, input: InputOf<Name>, token?: string): Promise<ResultOf<Name>>;
  /** The error that an operation ends with. Throws when it ends well. */
  refusal<Name extends OperationName>(name: Name, input: InputOf<Name>, token?: string): Promise<ProxdeckError>;
  /** Runs an operation as root, and returns the call that takes it back; undefined where there is none. */
  wayBack(call: Call): Promise<Call | undefined>;
  /** Events of all that was run, in order. */
  readonly events: Event[];
  /** What was asked before something that cannot be taken back; each is answered with yes. */
  readonly questions: Question[];
}

/**
 * Starts a simulator over a fixture (docs/simulator.md). Workers run at once, hanging storages give up after 50 ms. What is kept
 * beyond it needs a `stateFolder`; `configFolder` is where rules and schedules lie, without a configuration.
 */
export const askingOf = async (fixture: string, stateFolder?: string, configFolder?: string): Promise<Asking> => {
  const own = mkdtempSync(path.join(tmpdir(), 'proxdeck-asking-'));
  const world = parseFixture(fixture, 'a fixture of a test', Math.floor(Date.now() / 1000));
  const simulator = await startSimulator({ world, speed: Infinity, authDelayMs: 0, proxyTimeoutMs: 50 });
  const events: Event[] = [];
  const questions: Question[] = [];
  const confirm = async (question: Question): Promise<boolean> => questions.push(question) > 0;
  const within = async <Value>(token: string, work: (session: Session) => Promise<Value>): Promise<Value> => {
    const session = openSession({
      config: {
        file: path.join(configFolder ?? own, 'config.yaml'),
        contexts: {
          lab: {
            addresses: [simulator.url],
            token,
            fingerprint: simulator.fingerprint,
            prod: false,
            read_only: false,
          },
        },
      },
      contextName: 'lab',
      readOnly: false,
      signal: new AbortController().signal,
      stateFolder: stateFolder ?? own,
    });
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  };
  const handlers = { emit: (event: Event) => void events.push(event), confirm };
  const ask: Asking['ask'] = (name, input, token = simulator.token) =>
    within(token, (session) => run({ name, input }, session, handlers));
  return {
    simulator,
    events,
    questions,
    ask,
    wayBack: ({ name, input }) =>
      within(
        simulator.token,
        async (session) => (await performed(await loadOperation(name), input, session, handlers)).undo,
      ),
    refusal: async (name, input, token) => {
      const ended = await ask(name, input, token).then(
        () => undefined,
        (thrown: unknown) => asProxdeckError(thrown),
      );
      if (ended === undefined) throw new Error(`${name} was not refused`);
      return ended;
    },
    [Symbol.asyncDispose]: async () => {
      await simulator.close();
      rmSync(own, { recursive: true, force: true });
    },
  };
};
