/** The one writer of shell scripts: bash in strict mode. Whatever comes from the model is an argument, quoted here. */

/** Returns a word that the shell takes as it is. */
export const shellWord = (text: string): string =>
  /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Returns a command and its arguments on one line. */
export const shellCall = (...words: readonly string[]): string => words.map(shellWord).join(' ');

/** Returns a heredoc-free list: one argument a line, for the body of an array. */
export const shellArray = (name: string, values: readonly string[]): string =>
  values.length === 0 ? `${name}=()` : [`${name}=(`, ...values.map((value) => `  ${shellWord(value)}`), ')'].join('\n');

interface Script {
  /** What it does, how it is called, what its exit codes mean: comments at the top, and what `--help` prints. */
  readonly usage: readonly string[];
  /** Parts divided by an empty line. */
  readonly parts: readonly string[];
}

const nameOf = (chunk: string): string | undefined => /^([a-z_]+)\(\) \{/m.exec(chunk)?.[1];

/**
 * Returns of a library those chunks (divided by an empty line) that a script needs: what is no function, and the functions that it or one
 * of them calls.
 */
export const neededOf = (library: string, script: string): string => {
  const chunks = library.split('\n\n');
  const calls = (text: string, name: string): boolean => new RegExp(`(^|[^\\w-])${name}($|[^\\w(-])`, 'm').test(text);
  let kept = chunks.filter((chunk) => nameOf(chunk) === undefined);
  for (;;) {
    const text = [script, ...kept].join('\n');
    const more = chunks.filter((chunk) => kept.includes(chunk) || calls(text, nameOf(chunk) ?? ''));
    if (more.length === kept.length) return more.join('\n\n');
    kept = more;
  }
};

/** Returns a script that stops at the first command that fails, at a variable nobody set and at a broken pipe. */
export const shellScript = ({ usage, parts }: Script): string =>
  [
    ['#!/usr/bin/env bash', ...usage.map((line) => (line === '' ? '#' : `# ${line}`))].join('\n'),
    ['set -euo pipefail', 'umask 077'].join('\n'),
    // The comments at the top are the help: said once.
    String.raw`usage() { sed -n '2,/^$/{s/^#\( \|$\)//p;}' "$0"; }`,
    ...parts,
  ].join('\n\n') + '\n';
