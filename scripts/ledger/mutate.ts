import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { Random } from '../../tests/support/random.ts';
import { breakVariable, renderBlueprint, type Break } from '../../tests/support/blueprints.ts';

/** Breaks lines of what is rendered of a blueprint, and asks the tests about each. */

const blueprint = 'lucia';
/** The tests that read what is rendered of blueprints, without a real tool. */
const tests = 'tests/unit/blueprints';
/** The net under the others: it compares every byte, so it alone would catch everything. */
const net = /golden/;

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ title: z.string(), status: z.string() })),
    }),
  ),
});

interface Outcome {
  /** Titles of tests that failed, those that state a meaning first. */
  readonly failed: readonly { readonly title: string; readonly isNet: boolean }[];
}

const runTests = (planted: Break | undefined): Outcome => {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-ledger-'));
  try {
    const report = path.join(folder, 'report.json');
    const { stderr } = spawnSync(
      process.execPath,
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--project',
        'unit',
        tests,
        '--reporter=json',
        `--outputFile=${report}`,
      ],
      {
        env: { ...process.env, ...(planted === undefined ? {} : { [breakVariable]: JSON.stringify(planted) }) },
        encoding: 'utf8',
      },
    );
    const text = readReport(report);
    if (text === undefined) throw new Error(`The tests did not run:\n${stderr}`);
    const { testResults } = reportSchema.parse(JSON.parse(text));
    return { failed: testResults.flatMap(failures).toSorted((a, b) => Number(a.isNet) - Number(b.isNet)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const readReport = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

const failures = ({ name, status, assertionResults }: z.output<typeof reportSchema>['testResults'][number]) => {
  const failed = assertionResults
    .filter((one) => one.status === 'failed')
    .map(({ title }) => ({ title, isNet: net.test(name) }));
  // A file that could not even be loaded has no tests to name.
  return failed.length === 0 && status === 'failed' ? [{ title: name, isNet: net.test(name) }] : failed;
};

/** The line with one of its words or numbers made wrong; or nothing, which leaves it out. */
const wrong = (text: string, random: Random): string | undefined => {
  const words = [...text.matchAll(/[A-Za-z]{3,}|\d+/g)];
  if (words.length === 0 || random.chance(0.3)) return undefined;
  const { 0: word, index } = random.pick(words);
  const other = /^\d/.test(word) ? String(Number(word) + 1) : [...word].toReversed().join('');
  const replaced = other === word ? `${word}x` : other;
  return text.slice(0, index) + replaced + text.slice(index + word.length);
};

const breaks = async (count: number, seed: number): Promise<readonly Break[]> => {
  const random = new Random(seed);
  const { files } = await renderBlueprint(blueprint);
  const lines = [...files].flatMap(([file, { content }]) =>
    content.split('\n').flatMap((text, index) => (text.trim() === '' ? [] : [{ path: file, line: index + 1, text }])),
  );
  return Array.from({ length: count }, () => {
    const { text, ...place } = random.pick(lines);
    const made = wrong(text, random);
    return { blueprint, ...place, ...(made === undefined ? {} : { text: made }) };
  });
};

/** Plants `count` breaks one by one and prints which test saw each. Returns whether all were seen. */
export const mutate = async (count: number, seed: number): Promise<boolean> => {
  const whole = runTests(undefined);
  if (whole.failed.length > 0) {
    console.log(`Nothing is broken yet, and these fail: ${whole.failed.map(({ title }) => title).join('; ')}`);
    return false;
  }
  let seen = 0;
  let byMeaning = 0;
  for (const planted of await breaks(count, seed)) {
    const [first, ...others] = runTests(planted).failed;
    const what = planted.text === undefined ? 'left out' : `made ${JSON.stringify(planted.text.trim())}`;
    console.log(`${planted.path}:${String(planted.line)} ${what}`);
    console.log(
      first === undefined ? '  SEEN BY NO TEST' : `  seen by: ${first.title} (and ${String(others.length)} more)`,
    );
    if (first !== undefined) seen += 1;
    if (first?.isNet === false) byMeaning += 1;
  }
  console.log(
    `${String(seen)} of ${String(count)} seen, ${String(byMeaning)} by a test that states a meaning (seed ${String(seed)})`,
  );
  return seen === count;
};
