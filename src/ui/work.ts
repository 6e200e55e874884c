import { asProxdeckError } from '../models/error.ts';
import type { Call } from '../operations/operation.ts';
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
}

/** Asked before the program ends under work of its own. */
export const quitWhileRunning: Confirmation = {
  title: 'Quit while work is running?',
  hazards: ['the cluster goes on with it; Proxdeck will not tell how it ended'],
  command: 'proxdeck task list',
  verb: 'Quit',
};

/** Operations that a person started, and what the footer tells of them. */
export class Work {
  readonly #front: Front;
  #noticeTimer: NodeJS.Timeout | undefined;
  #running = 0;

  constructor(front: Front) {
    this.#front = front;
  }

  /** How many still run. */
  get running(): number {
    return this.#running;
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

  /** Runs an operation, and tells each step and the end of it. Never rejects. */
  async run(session: Session, call: Call): Promise<void> {
    this.#running += 1;
    try {
      await session.run(call, {
        signal: AbortSignal.timeout(longestRunMs),
        confirm: this.#front.confirm,
        emit: (event) => {
          if (event.type === 'warning') this.notify({ token: 'warn', text: event.message });
          if (event.type === 'step')
            this.notify({ token: event.state === 'failed' ? 'error' : 'info', text: event.title });
        },
      });
      this.notify({ token: 'ok', text: `${call.name} done` });
    } catch (thrown) {
      const error = asProxdeckError(thrown);
      if (error.code === 'unconfirmed') this.notify({ token: 'muted', text: 'nothing was done' });
      else this.trouble(error);
    } finally {
      this.#running -= 1;
    }
  }

  close(): void {
    clearTimeout(this.#noticeTimer);
  }
}
