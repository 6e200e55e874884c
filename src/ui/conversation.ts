import { createStore, type StoreApi } from 'zustand/vanilla';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import type { ChoiceQuestion, Interviewer, LineQuestion } from '../operations/connect/dialogue.ts';
import type { Examined } from '../operations/connect/examine.ts';
import type { Event } from '../operations/event.ts';

/** A dialogue question by question: what is asked and what was done stand here, a screen draws it. */

/** What a person is asked now; each has a number of its own. */
export type Question = { readonly number: number } & (
  | (ChoiceQuestion & { readonly kind: 'choice' })
  | (LineQuestion & { readonly kind: 'line'; readonly start: string })
  | (Parameters<Interviewer['secret']>[0] & { readonly kind: 'secret' })
  | { readonly kind: 'trust'; readonly id: string; readonly seen: Examined }
);

/** One question before it has its number. */
type Unnumbered = Question extends infer One ? (One extends Question ? Omit<One, 'number'> : never) : never;

type StepEvent = Extract<Event, { type: 'step' }>;

export interface ConversationState {
  readonly question: Question | undefined;
  /** Steps of this round, in order. */
  readonly steps: readonly StepEvent[];
  /** What is told beside: warnings of the work. */
  readonly warnings: readonly string[];
  /** What went wrong, where the person can do something about it. */
  readonly problem: { readonly message: string; readonly hint?: string } | undefined;
}

/** What a round of a dialogue came to; undefined when the person left. */
type Ended<Result> = Promise<{ readonly result: Result } | undefined>;

const left = (): ProxdeckError => new ProxdeckError('cancelled', 'Cancelled.');

/** Which answers an error is about, the likeliest first; `again` where the next round asks for something else. */
export type Blame = (error: ProxdeckError, answered: ReadonlySet<string>) => readonly string[] | 'again';

/**
 * Asks a person one question after the other. The dialogue itself is an ordinary function that may be run again: what was answered
 * is not asked a second time, so a step back, or a question that is asked anew after an error, costs nothing but that question.
 */
export class Conversation implements Interviewer {
  readonly store: StoreApi<ConversationState> = createStore(() => ({
    question: undefined,
    steps: [],
    warnings: [],
    problem: undefined,
  }));
  /** Told when a question is on the screen: from now on keys are meant for it. */
  onReady: () => void = () => undefined;
  readonly #answers = new Map<string, string>();
  /** What was said to a line that is asked anew. */
  readonly #before = new Map<string, string>();
  #number = 0;
  #drawn = 0;
  #pending: PromiseWithResolvers<string> | undefined;
  #round = new AbortController();
  #goesBack = false;
  #ended = false;

  /** Aborted when the person steps back while work is done. */
  get signal(): AbortSignal {
    return this.#round.signal;
  }

  /** Whether a question is on the screen, and takes keys. */
  get ready(): boolean {
    return this.#pending !== undefined && this.#drawn === this.#number;
  }

  /** A question was drawn and listens. */
  drawn(number: number): void {
    this.#drawn = number;
    if (this.ready) this.onReady();
  }

  answer(value: string): void {
    const pending = this.#pending;
    this.#pending = undefined;
    this.store.setState({ question: undefined, problem: undefined });
    pending?.resolve(value);
  }

  /** One step back: what is asked or done now is dropped, and what was asked before is asked anew. */
  back(): void {
    this.#goesBack = true;
    const pending = this.#pending;
    this.#pending = undefined;
    this.store.setState({ question: undefined, problem: undefined });
    this.#round.abort();
    pending?.reject(left());
  }

  /** Nobody is there any more: what is asked is not answered, and what is done is given up. */
  end(): void {
    this.#ended = true;
    this.#pending = undefined;
    this.#round.abort();
  }

  /** Takes in what the work tells. */
  tell(event: Event): void {
    const { steps, warnings } = this.store.getState();
    if (event.type === 'warning') this.store.setState({ warnings: [...warnings, event.message] });
    if (event.type === 'step') this.store.setState({ steps: [...steps.filter(({ id }) => id !== event.id), event] });
  }

  choose(question: ChoiceQuestion): Promise<string> {
    return this.#remembered({ ...question, kind: 'choice' });
  }

  line(question: LineQuestion): Promise<string> {
    return this.#remembered({ ...question, kind: 'line', start: this.#before.get(question.id) ?? '' });
  }

  secret(question: Parameters<Interviewer['secret']>[0]): Promise<string> {
    return this.#remembered({ ...question, kind: 'secret' });
  }

  async trust(seen: Examined): Promise<boolean> {
    const id = `trust ${seen.fingerprint}`;
    const yes = (await this.#remembered({ kind: 'trust', id, seen })) === 'yes';
    if (!yes) this.#answers.delete(id);
    return yes;
  }

  /** Asks for something that is good for once, such as a code: it is never answered from memory. */
  async secretOnce(question: Parameters<Interviewer['secret']>[0]): Promise<string> {
    return this.#ask({ ...question, kind: 'secret' });
  }

  /** Shows what came of it until the person goes on, in whichever way. */
  async pause(question: ChoiceQuestion): Promise<string | undefined> {
    try {
      return await this.#ask({ ...question, kind: 'choice' });
    } catch (thrown) {
      if (asProxdeckError(thrown).code !== 'cancelled') throw thrown;
      return undefined;
    }
  }

  /**
   * Holds a dialogue to its end: `round` asks and works. After an error the questions that it is about are asked again, with what
   * was wrong; a step back at the first question ends it.
   */
  async hold<Result>(round: () => Promise<Result>, blame: Blame): Ended<Result> {
    this.#answers.clear();
    for (;;) {
      this.#begin();
      try {
        return { result: await round() };
      } catch (thrown) {
        if (this.#ended) return undefined;
        if (this.#goesBack) {
          if (!this.#forgetLast()) return undefined;
          continue;
        }
        const error = asProxdeckError(thrown);
        const { message, hint } = error;
        this.store.setState({ problem: { message, ...(hint !== undefined && { hint }) } });
        const blamed = blame(error, new Set(this.#answers.keys()));
        if (blamed === 'again') continue;
        const wrong = blamed.find((id) => this.#answers.has(id));
        if (wrong !== undefined) this.#forget(wrong);
        else if (!this.#forgetLast() && (await this.pause(again)) !== 'again') return undefined;
      }
    }
  }

  #begin(): void {
    this.#round = new AbortController();
    this.#goesBack = false;
    this.store.setState({ steps: [], warnings: [], question: undefined });
  }

  /** A secret is asked for again alone; after anything else what followed from it is asked anew too. */
  #forget(wrong: string): void {
    const ids = [...this.#answers.keys()];
    const gone = this.#secrets.has(wrong) ? [wrong] : ids.slice(ids.indexOf(wrong));
    for (const id of gone) this.#drop(id);
  }

  #forgetLast(): boolean {
    const last = [...this.#answers.keys()].at(-1);
    if (last === undefined) return false;
    this.#drop(last);
    return true;
  }

  #drop(id: string): void {
    const answer = this.#answers.get(id);
    if (answer !== undefined && !this.#secrets.has(id)) this.#before.set(id, answer);
    this.#answers.delete(id);
  }

  readonly #secrets = new Set<string>();

  async #remembered(question: Unnumbered): Promise<string> {
    const known = this.#answers.get(question.id);
    if (known !== undefined) return known;
    if (question.kind === 'secret') this.#secrets.add(question.id);
    const answer = await this.#ask(question);
    this.#answers.set(question.id, answer);
    return answer;
  }

  async #ask(question: Unnumbered): Promise<string> {
    this.#number += 1;
    this.#pending = Promise.withResolvers<string>();
    const { promise } = this.#pending;
    this.store.setState({ question: { ...question, number: this.#number } });
    return promise;
  }
}

const again: ChoiceQuestion = {
  id: 'again',
  text: 'What now?',
  choices: [
    { value: 'again', detail: 'try it once more' },
    { value: 'leave', detail: 'go back' },
  ],
};
