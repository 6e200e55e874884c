import { asProxdeckError, type ProxdeckError } from '../models/error.ts';
import type { Event } from '../operations/event.ts';
import type { Call } from '../operations/operation.ts';
import { Job } from './job.ts';
import type { Seat } from '../operations/seat.ts';
import type { Confirmation, Session } from './session.ts';
import type { Notice } from './state.ts';

/** How long a notice stays in the footer, in milliseconds. */
const noticeMs = 6000;

/** No operation of ours runs longer, in milliseconds. */
const longestRunMs = 3_600_000;

/** What the work of a person needs of the screen. */
interface Front {
  readonly show: (notice: Notice | undefined) => void;
  /** Asks on a card; false is no. */
  readonly confirm: (confirmation: Confirmation) => Promise<boolean>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told when what is known of running work is different. */
  readonly changed: () => void;
}

/** Asked before the program ends under work of its own. */
export const quitWhileRunning: Confirmation = {
  title: 'Quit while work is running?',
  hazards: ['the cluster goes on with it; Proxdeck will not tell how it ended'],
  command: 'proxdeck task list',
  verb: 'Quit',
};

/** Asked before something is given up that runs in this program. */
export const stopping = (job: Job): Confirmation => ({
  title: `Stop ${job.title}?`,
  hazards: ['it is given up in the middle: what was done of it so far is lost'],
  command: `ctrl-c while proxdeck ${job.name.replace('.', ' ')} runs`,
  verb: 'Stop',
});

/** What a person was told already, and what is to be shown of the work. */
export interface RunOptions {
  /** Risks that a person has seen and accepted: they are not asked about again. */
  readonly seen?: readonly string[];
  /** What a person has typed already to say that it is meant. */
  readonly typed?: string;
  /** What is known beside, for the card that asks. */
  readonly remarks?: readonly string[];
  /** Where a person sits at a terminal: such work lasts as long as they stay. */
  readonly seat?: Seat;
  /** Told of all that the operation tells. */
  readonly onEvent?: (event: Event) => void;
  /** Told how it ended. */
  readonly onEnd?: (ended: Ended) => void;
  /** Told of each task that begins on the cluster. */
  readonly onTask?: (upid: string) => void;
  /** Told instead of the footer when the call does not say enough, or what does not go together (`usage`). */
  readonly onIncomplete?: (error: ProxdeckError) => void;
}

/** Something that was done and can be taken back. */
interface Undoable {
  readonly name: string;
  readonly undo: Call;
}

/** How long one waits to be told what something would do, in milliseconds. */
const planMs = 30_000;

/** How much can be taken back, the last first. */
const remembered = 50;

const accepted = ({ hazards, nameToType }: Confirmation, { seen, typed }: RunOptions): boolean =>
  seen !== undefined && hazards.every((hazard) => seen.includes(hazard)) && nameToType === typed;

/** How an operation ended. */
export type Ended = { readonly result: unknown } | { readonly error: ProxdeckError };

/** Operations that a person started, and what the footer tells of them. */
export class Work {
  readonly #front: Front;
  #noticeTimer: NodeJS.Timeout | undefined;
  #running = 0;
  #jobs: readonly Job[] = [];
  readonly #undoable: Undoable[] = [];

  constructor(front: Front) {
    this.#front = front;
  }

  /** How many still run. */
  get running(): number {
    return this.#running;
  }

  /** Those of it that do something now, the last begun last. */
  get jobs(): readonly Job[] {
    return this.#jobs.filter(({ hasBegun }) => hasBegun);
  }

  /** Tells something for a while; undefined takes away what is told. */
  notify(notice: Notice | undefined): void {
    clearTimeout(this.#noticeTimer);
    this.#front.show(notice);
    if (notice === undefined) return;
    this.#noticeTimer = setTimeout(() => this.#front.show(undefined), noticeMs);
    this.#noticeTimer.unref();
  }

  /** Tells what went wrong, with what to do about it. */
  trouble(thrown: unknown): void {
    const { message, hint } = asProxdeckError(thrown);
    this.notify({ token: 'error', text: message, ...(hint === undefined ? {} : { hint }) });
  }

  /** Nothing that was done in another cluster can be taken back here. */
  forget(): void {
    this.#undoable.length = 0;
  }

  /** Runs an operation, and tells each step and the end of it. Never rejects. */
  async run(session: Session, call: Call, options: RunOptions = {}): Promise<Ended> {
    const { onTask, onEvent, onIncomplete, remarks, seat } = options;
    const job = new Job(call.name, this.#front.now());
    this.#running += 1;
    this.#jobs = [...this.#jobs, job];
    try {
      const { undo, result } = await session.run(call, {
        signal: seat === undefined ? AbortSignal.any([AbortSignal.timeout(longestRunMs), job.signal]) : job.signal,
        ...(seat !== undefined && { seat }),
        confirm: async (question) =>
          accepted(question, options) ||
          this.#front.confirm({ ...question, ...(remarks !== undefined && { remarks }) }),
        emit: (event) => {
          job.hear(event, this.#front.now());
          this.#front.changed();
          if (event.type === 'task') onTask?.(event.upid);
          onEvent?.(event);
          if (event.type === 'warning') this.notify({ token: 'warn', text: event.message });
          if (event.type === 'step')
            this.notify({ token: event.state === 'failed' ? 'error' : 'info', text: event.title });
        },
      });
      if (undo !== undefined) this.#undoable.push({ name: call.name, undo });
      if (this.#undoable.length > remembered) this.#undoable.shift();
      this.notify({ token: 'ok', text: `${call.name} done`, ...(undo !== undefined && { hint: 'z takes it back' }) });
      return { result };
    } catch (thrown) {
      const error = asProxdeckError(thrown);
      if (error.code === 'unconfirmed') this.notify({ token: 'muted', text: 'nothing was done' });
      else if (error.code === 'usage' && onIncomplete !== undefined) onIncomplete(error);
      else if (job.signal.aborted) this.notify({ token: 'warn', text: `${job.title} was stopped` });
      else this.trouble(error);
      return { error };
    } finally {
      this.#running -= 1;
      this.#jobs = this.#jobs.filter((one) => one !== job);
      this.#front.changed();
    }
  }

  /** Takes back what was done last, after asking. Never rejects. */
  async undo(session: Session): Promise<void> {
    const last = this.#undoable.pop();
    if (last === undefined) return this.notify({ token: 'muted', text: 'there is nothing to take back' });
    try {
      const plan = await session.plan(last.undo, AbortSignal.timeout(planMs));
      const yes = await this.#front.confirm({ ...plan, title: `Take back ${last.name}?`, verb: 'Take back' });
      const { hazards: seen, nameToType: typed } = plan;
      if (yes) await this.run(session, last.undo, { seen, ...(typed !== undefined && { typed }) });
      else this.#undoable.push(last);
    } catch (thrown) {
      this.trouble(thrown);
    }
  }

  close(): void {
    clearTimeout(this.#noticeTimer);
  }
}
