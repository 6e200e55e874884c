import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { compared, ours, type Answer } from '../../../../scripts/corpus/compare.ts';
import { theirs } from '../../../../scripts/corpus/oracle.ts';
import { marked, projectsIn, recordedFor } from '../../../../scripts/corpus/projects.ts';
import { keysOfSpecification } from '../../../../src/stacks/compose/schema.ts';
import { tool } from '../../../support/tools.ts';

const corpus = path.join(import.meta.dirname, '../../../corpus');
const projects = await projectsIn(corpus);
const compose = await tool('docker-compose');
const nameOf = (project: string): string => path.basename(project);

/** The texts of every Compose file of the corpus, those that are included or extended among them. */
const texts = async (): Promise<readonly string[]> => {
  const files = await readdir(corpus, { recursive: true });
  return await Promise.all(
    files
      .filter((file) => /\.ya?ml$/.test(file) && !file.startsWith('bad-'))
      .map(async (file) => await readFile(path.join(corpus, file), 'utf8')),
  );
};

/** Every key of a value by its path; `*` for names that a person chooses, `[]` for places in lists. */
const keysIn = (value: unknown, known: ReadonlySet<string>, prefix: string, found: Set<string>): void => {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    const step = Array.isArray(value) ? '[]' : known.has(join(prefix, key)) ? key : '*';
    const at = join(prefix, step);
    found.add(at);
    keysIn(each, known, at, found);
  }
};

const join = (prefix: string, step: string): string => (prefix === '' ? step : `${prefix}.${step}`);

/** What is to be the same whenever it is asked: of several things that are wrong docker compose names any. */
const said = (answer: Answer | undefined): unknown =>
  answer !== undefined && 'refused' in answer ? 'refused' : answer;

describe('the corpus of Compose files', () => {
  it('has at least forty projects that docker compose takes and a dozen that it refuses', async () => {
    const answers = await Promise.all(projects.map(recordedFor));
    expect(answers.filter((answer) => answer !== undefined && !('refused' in answer)).length).toBeGreaterThanOrEqual(
      40,
    );
    expect(answers.filter((answer) => answer !== undefined && 'refused' in answer).length).toBeGreaterThanOrEqual(12);
  });

  it('calls what docker compose refuses bad, and nothing else', async () => {
    for (const project of projects) {
      const answer = await recordedFor(project);
      expect([nameOf(project), answer !== undefined && 'refused' in answer]).toEqual([
        nameOf(project),
        nameOf(project).startsWith('bad-'),
      ]);
    }
  });

  it('uses every key of the specification', async () => {
    const known = new Set(keysOfSpecification());
    const used = new Set<string>();
    for (const text of await texts()) {
      const documents = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
      for (const document of Array.isArray(documents) ? documents : []) keysIn(document.toJS(), known, '', used);
    }
    expect([...known].filter((key) => !used.has(key))).toEqual([]);
  });

  it.each(projects.map((project) => [nameOf(project), project]))(
    'reads %s as docker compose did when it was recorded',
    async (_, project) => {
      const recorded = await recordedFor(project);
      if (recorded === undefined) throw new Error('nothing is recorded: npm run corpus -- --record');
      expect(compared(marked(await ours(project), project), recorded)).toMatchObject({ same: true });
    },
  );

  it('tells where and what is wrong with each bad one', async () => {
    for (const project of projects.filter((each) => nameOf(each).startsWith('bad-'))) {
      const answer = await ours(project);
      // A name or a file that is missing has no place in a text.
      const place = /^[^\s:]+\.(ya?ml|env):\d+(:\d+)?: .+/s;
      expect([nameOf(project), 'refused' in answer ? answer.refused : '']).toEqual([
        nameOf(project),
        expect.stringMatching(/project-name/.test(project) ? /./ : place) as string,
      ]);
    }
  });
});

describe.runIf(compose.wanted)('docker compose itself', () => {
  it('still says what was recorded, and our loader says the same', async () => {
    if (compose.path === undefined) throw new Error('docker-compose is missing: tests/validators/install brings it');
    for (const project of projects) {
      const answer = await theirs(project, compose.path);
      expect([nameOf(project), said(await recordedFor(project))]).toEqual([
        nameOf(project),
        said(marked(answer, project)),
      ]);
      expect([nameOf(project), compared(await ours(project), answer)]).toEqual([
        nameOf(project),
        expect.objectContaining({ same: true }),
      ]);
    }
  }, 120_000);
});
