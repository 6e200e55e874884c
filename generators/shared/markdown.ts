/** The one writer of Markdown: blocks that cannot break one another. */

const escaped = (text: string): string => text.replaceAll(/[\\`*_<>[\]|#]/g, String.raw`\$&`);

/**
 * Returns text that came from a person's file, safe inside a paragraph or a cell: nothing in it is markup but spans of code, which people
 * write there.
 */
export const plain = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? part.replaceAll('|', String.raw`\|`) : escaped(part)))
    .join('');

/** Returns a span of code, whatever stands in it. */
export const code = (text: string): string => {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
};

export const link = (text: string, target: string): string => `[${text}](${target})`;

export const heading = (level: 1 | 2 | 3 | 4, text: string): string => `${'#'.repeat(level)} ${text}`;

/** Returns a fenced block; the fence is longer than any in the text [S0-172]. */
export const fence = (language: string, lines: readonly string[]): string => {
  const text = lines.join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${text}\n${ticks}`;
};

export const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

export const numbered = (items: readonly string[]): string =>
  items.map((item, index) => `${index + 1}. ${item.replaceAll('\n', '\n   ')}`).join('\n');

export const checklist = (items: readonly string[]): string => items.map((item) => `- [ ] ${item}`).join('\n');

const cell = (text: string): string =>
  text === '' ? '–' : text.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/(?<!\\)\|/g, String.raw`\|`);

export const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

/** Returns a document: blocks divided by one empty line. */
export const markdown = (blocks: readonly string[]): string =>
  blocks.filter((block) => block !== '').join('\n\n') + '\n';
