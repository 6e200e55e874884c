import { readFileSync } from 'node:fs';
import { LineCounter, isNode, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { ProxdeckError } from '../models/error.ts';
import { fixtureSchema } from './fixture-schema.ts';
import { worldFrom } from './fixture-world.ts';
import type { World } from './world.ts';

/** A guest's key is a number in the file and a text in the object. */
const asWritten = (key: PropertyKey): PropertyKey => (typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : key);

/** The line of the deepest part of the path that stands in the file. */
const lineOf = (document: Document, lines: LineCounter, path: readonly PropertyKey[]): number => {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const part = path.slice(0, depth);
    const node: unknown = document.getIn(part, true) ?? document.getIn(part.map(asWritten), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
};

const broken = (message: string): never => {
  throw new ProxdeckError('config', message, { hint: 'docs/simulator.md describes the fixture format.' });
};

/**
 * Reads a YAML fixture into a world as it stands at `now` (seconds since 1970). `name` is what errors call the file.
 * Throws config with file:line and the key that is wrong.
 */
export const parseFixture = (text: string, name: string, now: number): World => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const [syntax] = document.errors;
  if (syntax !== undefined)
    return broken(`${name}:${lines.linePos(syntax.pos[0]).line}: ${syntax.message.split('\n')[0]}`);
  const parsed = fixtureSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return worldFrom(parsed.data, now);
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  return broken(
    `${name}:${lineOf(document, lines, path)}: ${path.join('.') || 'the fixture'}: ${issue?.message ?? 'is not valid'}`,
  );
};

/** Reads a fixture file. Throws config when it cannot be read or is not valid. */
export const loadFixture = (file: string, now: number): World => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ProxdeckError('config', `The fixture ${file} cannot be read.`, {
      cause,
      hint: 'Give the path of a YAML file with --fixture.',
    });
  }
  return parseFixture(text, file, now);
};
