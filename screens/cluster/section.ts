import { clean } from '../../components/text.ts';
import type { ProxdeckError } from '../../src/models/error.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Condition } from '../condition.ts';

/** What a glance may look at. */
export type Asking = Pick<Drawing, 'app' | 'now'>;

/** One topic of the cluster: a row of the list, and the tabs that answer questions about it. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** What it is about, in a few words. */
  readonly about: string;
  /** How it is, at a glance. Asks the cluster like every drawing: only while it is seen. */
  readonly glance: (asking: Asking) => Glance;
  readonly tabs: readonly SectionTab[];
}

/** A tab of one section; `id` is unique over all sections. */
interface SectionTab {
  readonly id: string;
  readonly title: string;
  readonly lines: (drawing: Drawing & Area) => readonly (string | Line)[];
}

export interface Glance {
  readonly condition: Condition;
  readonly text: string;
}

/** How often what the list shows is asked again while it is seen, in milliseconds. All of it is cheap for the cluster. */
export const everyMs = 30_000;

/** Returns how a topic is by an answer, or what there is to say without one: that it is read, not allowed, not there. */
export const glanceOf = <Value>({ value, error }: Answer<Value>, read: (value: Value) => Glance): Glance => {
  if (value !== undefined) return read(value);
  if (error === undefined) return { condition: { glyph: 'ellipsis', word: 'reading', token: 'muted' }, text: '' };
  return { condition: troubleOf(error), text: clean(error.message) };
};

const troubleOf = ({ code }: ProxdeckError): Condition => {
  if (code === 'permission') return { glyph: 'locked', word: 'not allowed', token: 'muted' };
  if (code === 'not-found') return { glyph: 'stopped', word: 'not used', token: 'muted' };
  return { glyph: 'unknown', word: 'no answer', token: 'warn' };
};

/** A topic that nothing is set up for. */
export const notUsed = (text: string): Glance => ({
  condition: { glyph: 'stopped', word: 'not used', token: 'muted' },
  text,
});

/** A topic that is as it should be. */
export const well = (word: string, text: string): Glance => ({
  condition: { glyph: 'running', word, token: 'ok' },
  text,
});
/** A topic that somebody should look at. */
export const warned = (word: string, text: string): Glance => ({
  condition: { glyph: 'warning', word, token: 'warn' },
  text,
});
/** A topic where something does not work. */
export const failing = (word: string, text: string): Glance => ({
  condition: { glyph: 'failed', word, token: 'error' },
  text,
});

/** Makes tabs of the list's rows of the tabs of each section. */
export const tabsOf = (sections: readonly Section[]): readonly Tab<Section>[] =>
  sections.flatMap((section) =>
    section.tabs.map(({ id, title, lines }) => ({
      id,
      title,
      has: (row: Section) => row.id === section.id,
      lines: (_row: Section, place: Drawing & Area) => lines(place),
    })),
  );
