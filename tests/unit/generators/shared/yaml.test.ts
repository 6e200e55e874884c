import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlDocuments, yamlText } from '../../../../generators/shared/yaml.ts';

describe('the writer of YAML', () => {
  it('keeps the order of keys and never folds a line', () => {
    const long = 'word '.repeat(60).trim();
    expect(yamlText({ b: long, a: [1, true, null] })).toBe(`b: ${long}\na:\n  - 1\n  - true\n  - null\n`);
  });

  it('quotes what YAML 1.1 reads as something else', () => {
    const ambiguous = { a: 'on', b: '0755', c: '22:22', d: 'y', e: '1.0', f: 'null', g: '~' };
    const text = yamlText(ambiguous);
    expect(parse(text, { version: '1.1' })).toEqual(ambiguous);
    expect(parse(text)).toEqual(ambiguous);
  });

  it('writes a text of several lines as it is read', () => {
    expect(yamlText({ conf: 'save 900 1\nappendonly yes\n' })).toBe('conf: |\n  save 900 1\n  appendonly yes\n');
  });

  it('puts a header at the top and comments before keys and items', () => {
    const text = yamlText(
      { image: { tag: '' }, hosts: ['a', 'b'] },
      {
        header: 'Made by Proxdeck.',
        comments: [
          { path: ['image', 'tag'], text: 'Without one: appVersion.\n\nPinned where known.' },
          { path: ['hosts', 1], text: 'the second' },
        ],
      },
    );
    expect(text).toBe(
      '# Made by Proxdeck.\n\nimage:\n  # Without one: appVersion.\n\n  # Pinned where known.\n  tag: ""\nhosts:\n  - a\n  # the second\n  - b\n',
    );
  });

  it('refuses a comment that has no place', () => {
    expect(() => yamlText({ a: 1 }, { comments: [{ path: ['b'], text: 'x' }] })).toThrow('no place for a comment: b');
  });

  it('writes the same object twice instead of an alias', () => {
    const labels = { app: 'web' };
    expect(yamlText({ a: labels, b: labels })).toBe('a:\n  app: web\nb:\n  app: web\n');
  });

  it('divides documents', () => {
    expect(yamlDocuments([{ a: 1 }, { b: 2 }], 'Two.')).toBe('# Two.\n\na: 1\n---\nb: 2\n');
  });
});
