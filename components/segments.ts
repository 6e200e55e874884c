import { truncate, widthOf } from './text.ts';
import type { Look, Token } from './look.ts';

/** A line made of coloured parts, left and right, that gives up its least important parts when it is too narrow. */
export interface Segment {
  readonly text: string;
  readonly token?: Token;
  /** The highest goes first when there is no room; 0 never goes. */
  readonly drop?: number;
}

const separation = 2;

const total = (segments: readonly Segment[]): number =>
  segments.reduce((sum, { text }) => sum + widthOf(text), 0) + Math.max(0, segments.length - 1) * separation;

const painted = (segments: readonly Segment[], look: Look): string =>
  segments
    .map(({ text, token }) => (token === undefined ? text : look.paint(token, text)))
    .join(' '.repeat(separation));

/** Returns one line of at most `width` columns: left parts, blanks, right parts. */
export const segmentLine = (look: Look, left: readonly Segment[], right: readonly Segment[], width: number): string => {
  let leftKept = left.filter(({ text }) => text !== '');
  let rightKept = right.filter(({ text }) => text !== '');
  const needed = (): number => total(leftKept) + total(rightKept) + (rightKept.length > 0 ? separation : 0);
  while (needed() > width) {
    const candidates = [...leftKept, ...rightKept].filter((segment) => (segment.drop ?? 0) > 0);
    const worst = candidates.reduce<Segment | undefined>(
      (found, segment) => ((segment.drop ?? 0) > (found?.drop ?? 0) ? segment : found),
      undefined,
    );
    if (worst === undefined) break;
    leftKept = leftKept.filter((segment) => segment !== worst);
    rightKept = rightKept.filter((segment) => segment !== worst);
  }
  if (needed() > width) {
    const flat = [...leftKept, ...rightKept].map(({ text }) => text).join(' '.repeat(separation));
    return truncate(flat, width);
  }
  const blanks = width - total(leftKept) - total(rightKept);
  return rightKept.length === 0
    ? painted(leftKept, look)
    : painted(leftKept, look) + ' '.repeat(blanks) + painted(rightKept, look);
};
