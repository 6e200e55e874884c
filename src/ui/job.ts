import type { Event } from '../operations/event.ts';
import { secondsLeft, type Milestone } from './estimate.ts';

/** How much of something is done. */
export interface Done {
  readonly done: number;
  readonly total?: number;
  readonly unit: 'bytes' | 'items' | 'seconds';
}

/** An operation that a person started and that goes on: what it does now, how far it is, how it is ended early. */
export class Job {
  /** Of the operation: `storage.upload`. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly #stop = new AbortController();
  #step: string | undefined;
  #done: Done | undefined;
  #since: Milestone | undefined;
  #tasks: string[] = [];
  #hasBegun = false;

  constructor(name: string, startedAt: number) {
    this.name = name;
    this.startedAt = startedAt;
  }

  /** Whether anything of it has happened; before that it may still be asked about. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** The step that runs now, or what the operation is called. */
  get title(): string {
    return this.#step ?? this.name.replace('.', ' ');
  }

  /** Undefined where it does not tell, and once a task of the cluster goes on with it: that tells for itself. */
  get done(): Done | undefined {
    return this.#done;
  }

  /** 0…1; undefined where it does not tell. */
  get fraction(): number | undefined {
    const { done = 0, total = 0 } = this.#done ?? {};
    return total > 0 ? Math.min(1, done / total) : undefined;
  }

  /** Tasks of the cluster that it began. */
  get tasks(): readonly string[] {
    return this.#tasks;
  }

  /** Aborted once it is stopped. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Seconds until the step that runs now ends, as far as that can be told. */
  secondsLeft(now: number): number | undefined {
    const { fraction } = this;
    return fraction === undefined || this.#since === undefined ? undefined : secondsLeft(fraction, this.#since, now);
  }

  /** Takes in what the operation tells. `now` in milliseconds since 1970. */
  hear(event: Event, now: number): void {
    this.#hasBegun = true;
    if (event.type === 'step' && event.state === 'running') this.#step = event.title;
    if (event.type === 'task') {
      this.#tasks.push(event.upid);
      this.#done = undefined;
    }
    if (event.type !== 'progress') return;
    const { done, total, unit } = event;
    const before = this.fraction ?? 0;
    this.#done = { done, unit, ...(total !== undefined && { total }) };
    const { fraction = 0 } = this;
    // What began anew goes at a speed of its own.
    if (this.#since === undefined || fraction < before) this.#since = { fraction, at: now };
  }

  stop(): void {
    this.#stop.abort();
  }
}
