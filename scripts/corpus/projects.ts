import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Answer } from './compare.ts';

/** The projects of a folder, and what docker compose said of them when it was last asked. */

const answerFile = 'expected.json';
/** Stands where the folder of the project stood: it differs between machines. */
const mark = '<project>';
/** Stands where the folder around it stood. */
const markAround = '<around>';

const usualNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

const isProject = (folder: string): boolean =>
  [...usualNames, '.env'].some((name) => existsSync(path.join(folder, name)));

/** Returns the sub-folders with a Compose file, in order. The folder itself is one when none is below it. */
export const projectsIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name))
    .filter(isProject)
    .toSorted();
  return below.length === 0 && isProject(folder) ? [folder] : below;
};

/** Returns an answer with marks in place of what differs between machines. */
export const marked = (answer: Answer, folder: string): Answer =>
  JSON.parse(JSON.stringify(answer).replaceAll(folder, mark).replaceAll(path.dirname(folder), markAround)) as Answer;

/** Returns the answer that was recorded for a project, undefined if there is none. */
export const recordedFor = async (folder: string): Promise<Answer | undefined> => {
  const file = path.join(folder, answerFile);
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Answer) : undefined;
};

export const record = async (folder: string, answer: Answer): Promise<void> => {
  await writeFile(path.join(folder, answerFile), `${JSON.stringify(marked(answer, folder), undefined, 2)}\n`);
};
