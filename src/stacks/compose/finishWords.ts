/**
 * Command lines as Compose takes them apart: go-shellwords, which knows quotes and backslashes, leaves variables and backticks as they
 * are, and reads no further than the first operator of a shell.
 */

interface Reader {
  readonly words: string[];
  word: string;
  /** Whether a word has begun, be it an empty one in quotes. */
  begun: boolean;
  escaped: boolean;
  /** What has been opened and not closed: `'`, `"`, `` ` ``, `$(`. */
  readonly open: Set<string>;
}

const isOpen = (reader: Reader, ...marks: readonly string[]): boolean => marks.some((mark) => reader.open.has(mark));

const toggle = (reader: Reader, mark: string): void => {
  if (!reader.open.delete(mark)) reader.open.add(mark);
};

const add = (reader: Reader, char: string): void => {
  reader.word += char;
  reader.begun = true;
};

const endWord = (reader: Reader): void => {
  if (reader.begun) reader.words.push(reader.word);
  reader.word = '';
  reader.begun = false;
};

const quote = (reader: Reader, mark: string): void => {
  if (isOpen(reader, mark)) reader.begun = true;
  toggle(reader, mark);
};

/** What one character does. `stop` ends the command, `bad` is no command. */
const read = (reader: Reader, char: string): 'stop' | 'bad' | undefined => {
  if (reader.escaped) {
    reader.escaped = false;
    add(reader, char);
  } else if (char === '\\' && !isOpen(reader, "'")) reader.escaped = true;
  else if (char === '\\') reader.word += char;
  else if (/[ \t\r\n]/.test(char)) {
    if (reader.open.size > 0) reader.word += char;
    else endWord(reader);
  } else if (char === '"' && !isOpen(reader, "'", '$(')) quote(reader, char);
  else if (char === "'" && !isOpen(reader, '"', '$(')) quote(reader, char);
  else if (char === '(' && !isOpen(reader, "'", '"', '`')) {
    if (isOpen(reader, '$(') || !reader.word.endsWith('$')) return 'bad';
    reader.open.add('$(');
    reader.word += char;
  } else if (/[;&|<>]/.test(char) && reader.open.size === 0) {
    // `2>` is a redirection: the number is no word.
    if (char === '>' && /^\d/.test(reader.word)) reader.begun = false;
    return 'stop';
  } else {
    if (char === '`' && !isOpen(reader, "'", '"', '$(')) toggle(reader, '`');
    if (char === ')' && !isOpen(reader, "'", '"', '`')) toggle(reader, '$(');
    add(reader, char);
  }
  return undefined;
};

/** Returns the words of a command line; undefined if a quote is not closed or a parenthesis stands alone. */
export const shellWords = (line: string): readonly string[] | undefined => {
  const reader: Reader = { words: [], word: '', begun: false, escaped: false, open: new Set() };
  for (const char of line) {
    const end = read(reader, char);
    if (end === 'bad') return undefined;
    if (end === 'stop') break;
  }
  endWord(reader);
  return reader.escaped || reader.open.size > 0 ? undefined : reader.words;
};
