import os from 'node:os';
import path from 'node:path';
import type { ComposeProject } from '../models/compose.ts';

/**
 * Compose makes every path absolute. A stack must be the same on every machine, so it is loaded as if it lay in a folder that no machine
 * has; what comes out below that folder was relative in the file, and is made so again.
 */

const above = '/.proxdeck';
const home = '/.proxdeck-home';

/** Deep enough for any `../` that somebody writes. */
const parent = `${above}/1/2/3/4/5/6/7/8/9`;

/** Returns the folder that a stack is loaded in, and the home that `~` stands for. */
export const nowhere = (stack: string): { readonly folder: string; readonly home: string } => ({
  folder: `${parent}/${stack}`,
  home,
});

/** Returns the real place of a file that was loaded as if it lay nowhere. */
export const realPath = (file: string, stackFolder: string): string => {
  if (file === above || file.startsWith(`${above}/`))
    return path.join(path.dirname(stackFolder), path.posix.relative(parent, file));
  return file.startsWith(`${home}/`) ? path.join(os.homedir(), file.slice(home.length)) : file;
};

/** Returns a path as it was written: `./files`, `../shared`, `~/data`; an absolute one stays. */
const written = (text: string, stack: string): string => {
  if (text === above || text.startsWith(`${above}/`)) {
    const relative = path.posix.relative(`${parent}/${stack}`, text);
    return relative === '' ? '.' : relative === '..' || relative.startsWith('../') ? relative : `./${relative}`;
  }
  return text === home || text.startsWith(`${home}/`) ? `~${text.slice(home.length)}` : text;
};

/** Returns a project with every path in it as it was written. */
export const asWritten = (project: ComposeProject, stack: string): ComposeProject => {
  const change = <Value>(inner: Value): Value => {
    if (typeof inner === 'string') return (inner.startsWith(above) ? written(inner, stack) : inner) as Value;
    if (Array.isArray(inner)) return inner.map((one: unknown) => change(one)) as Value;
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, change<unknown>(one)])) as Value;
  };
  return change(project);
};

/** Returns a sentence with every path in it as it was written. */
export const toldAsWritten = (sentence: string, stack: string): string =>
  sentence.replaceAll(/\/\.proxdeck(-home)?(\/[^\s:`'",]*)?/g, (found) => written(found, stack));
