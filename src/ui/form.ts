import type { Call } from '../operations/operation.ts';
import type { Line } from './details.ts';
import type { Area, Drawing } from './screen.ts';
import type { Ended, RunOptions } from './work.ts';

/** Forms and wizards: what is asked is data, what was answered are texts by the names of the fields. */

/** Answers by the names of fields, as a person would type them: `on` and `off` for toggles, a line each for several choices. */
export type Values = Readonly<Record<string, string>>;

/** One of the answers that a field offers. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
  /** Why it cannot be chosen now. */
  readonly impossible?: string;
  /** What must be done before it can be taken: where it is chosen the form does that, and goes on when it is done. */
  readonly first?: Call;
}

interface Common {
  readonly name: string;
  readonly label: string;
  /** One line about it, while it is being answered. */
  readonly help?: string;
  /** The answer of a person who gives none. */
  readonly usual?: string;
  /** What it is now: shown beside an answer that differs. */
  readonly was?: string;
  /** What is wrong with an answer, as a sentence. */
  readonly check?: (value: string) => string | undefined;
}

/** Choices that the cluster is still being asked for are undefined; `none` is said where there are none. */
interface Offered extends Common {
  readonly choices: readonly Choice[] | undefined;
  readonly none?: string;
}

export type Field =
  | (Common & {
      readonly kind: 'text';
      readonly placeholder?: string;
      readonly suggestions?: readonly string[];
      readonly required?: true;
    })
  | (Common & { readonly kind: 'secret' })
  | (Common & { readonly kind: 'toggle' })
  | (Offered & { readonly kind: 'choice' })
  | (Offered & { readonly kind: 'many' });

/** What is asked at once. Called while drawing: it may ask the cluster by `app.look`. */
export interface Page {
  readonly title: string;
  /** Whether it is asked at all; without it always. */
  readonly when?: (values: Values) => boolean;
  readonly fields: (values: Values, drawing: Drawing) => readonly Field[];
  /** Said below the fields: what the answers mean together. */
  readonly notes?: (values: Values, place: Drawing & Pick<Area, 'width'>) => readonly (string | Line)[];
}

/** A form; one with several pages is a wizard. It ends with what would be done. */
export interface FormDefinition {
  readonly title: string;
  readonly pages: readonly Page[];
  /** Answers that are there from the beginning. */
  readonly start?: Values;
  /** The field that it begins at, and its page; the first of all where it is not said. */
  readonly at?: { readonly page: number; readonly field: string };
  /** Under this name answers are kept for another time when it is left or saved; secrets never are. */
  readonly draft?: string;
  /** The word on the button that does it. */
  readonly verb: string;
  /** What it does. Throws ProxdeckError `usage` for answers that do not go together. */
  readonly call: (values: Values) => Call;
  /** It loses something: its review begins on Cancel. */
  readonly destroys?: true;
  /** How what is done is followed; each of its tasks by its log where nothing is said. */
  readonly follow?: () => Omit<RunOptions, 'seen' | 'typed'>;
  /** Told how it ended, with the answers that were applied. */
  readonly ended?: (ended: Ended, values: Values) => void;
}

/** What went wrong, where the person sees it. */
export interface FormProblem {
  readonly message: string;
  readonly hint?: string;
}

const firstPossible = (choices: readonly Choice[] = []): string =>
  choices.find(({ impossible }) => impossible === undefined)?.value ?? '';

/** The answer that a field has: the one that was given, where it is still offered, else the usual one. */
export const answerOf = (field: Field, values: Values): string => {
  const given = values[field.name];
  if (field.kind === 'choice') {
    const offered = (value: string | undefined): boolean =>
      field.choices?.some((one) => one.value === value && one.impossible === undefined) === true;
    if (given !== undefined && (field.choices === undefined || offered(given))) return given;
    return field.usual !== undefined && offered(field.usual) ? field.usual : firstPossible(field.choices);
  }
  return given ?? field.usual ?? (field.kind === 'toggle' ? 'off' : '');
};

/** Answers to a field with several choices. */
export const chosenOf = (answer: string): readonly string[] => answer.split('\n').filter((one) => one !== '');

/** Whether the cluster is still asked for what a field offers. */
export const isAsked = (field: Field): boolean =>
  (field.kind === 'choice' || field.kind === 'many') && field.choices === undefined;

/** What is wrong with an answer, as a sentence; undefined for one that can be taken. */
export const problemOf = (field: Field, value: string): string | undefined => {
  if (field.kind === 'text' && field.required === true && value.trim() === '') return `${field.label} is needed.`;
  if (field.kind === 'choice' && !field.choices?.some((one) => one.value === value && one.impossible === undefined)) {
    if (isAsked(field)) return `${field.label}: the cluster is still being asked.`;
    return field.none ?? `${field.label}: nothing can be chosen.`;
  }
  return value === '' ? undefined : field.check?.(value);
};
