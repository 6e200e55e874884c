import { asProxdeckError } from '../models/error.ts';
import type { Call } from '../operations/operation.ts';
import type { AppModel } from './app.ts';
import type { FormDefinition, FormProblem } from './form.ts';
import type { Plan } from './session.ts';

export type FormButton = 'apply' | 'dry-run' | 'draft' | 'cancel';

/** The end of a form: what would be done and what stands in the way, found out without doing anything. */
export class Review {
  readonly #app: AppModel;
  readonly #stop = new AbortController();
  /** The buttons that there are: not every form keeps drafts. */
  readonly buttons: readonly FormButton[];
  button: FormButton;
  /** Undefined until it is known, and where nothing can be done. */
  plan: Plan | undefined;
  problem: FormProblem | undefined;
  /** Whether the calls of the API are shown. */
  dryRun = false;
  /** Lines above those that are seen, where there is no room for all. */
  scrolled = 0;
  /** What was asked for before the plan was known. */
  #wanted: (() => void) | undefined;

  constructor(app: AppModel, { draft, destroys }: FormDefinition) {
    this.#app = app;
    this.buttons = ['apply', 'dry-run', ...(draft === undefined ? [] : (['draft'] as const)), 'cancel'];
    this.button = destroys === true ? 'cancel' : 'apply';
  }

  /** Finds out what the call would do; making it may tell what is wrong with the answers. */
  async ask(call: () => Call): Promise<void> {
    const { signal } = this.#stop;
    try {
      const plan = await this.#app.plan(call(), signal);
      if (signal.aborted) return;
      this.plan = plan;
      // What stands in the way must have been seen: then it is asked for once more.
      if (plan.hazards.length === 0) this.#wanted?.();
    } catch (thrown) {
      if (signal.aborted) return;
      const { message, hint } = asProxdeckError(thrown);
      this.problem = { message, ...(hint !== undefined && { hint }) };
      this.button = 'cancel';
    }
    this.#app.changed();
  }

  /** Does something with the plan; as soon as it is known, where nothing stands in the way then. */
  withPlan(work: (plan: Plan) => void): void {
    const { plan } = this;
    if (plan === undefined) this.#wanted = () => this.withPlan(work);
    else work(plan);
  }

  /** From button to button. */
  move(delta: 1 | -1): void {
    const { buttons } = this;
    this.button = buttons[(buttons.indexOf(this.button) + delta + buttons.length) % buttons.length] ?? 'cancel';
    this.#wanted = undefined;
    this.#app.changed();
  }

  /** Line by line. */
  step(delta: 1 | -1): void {
    this.scrolled = Math.max(0, this.scrolled + delta);
    this.#app.changed();
  }

  toggleDryRun(): void {
    this.dryRun = !this.dryRun;
    this.#app.changed();
  }

  close(): void {
    this.#stop.abort();
  }
}
