/**
 * What of docs/requirements.md the tests name.
 *
 * `npm run ledger` prints the figure per section and cover code, and what is missing; it fails when a title names more than three
 * requirements or one that there is not. `-- --section S3 --cover ART` for a part. `-- --mutate 20 [--seed N]` breaks so many rendered
 * lines of the blueprint lucia, one by one, and fails when a break is seen by no test.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ledgerLines, type LedgerLine } from './ledger/lines.ts';
import { testTitles, type TestTitle } from './ledger/titles.ts';

const root = path.resolve(import.meta.dirname, '..');
const mostIds = 3;

const { values } = parseArgs({
  options: {
    section: { type: 'string' },
    cover: { type: 'string' },
    mutate: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1).padStart(5)} %`;

const wrongTitles = (titles: readonly TestTitle[], known: ReadonlySet<string>): readonly string[] =>
  titles.flatMap(({ file, line, ids }) => {
    const place = `${file}:${String(line)}`;
    const unknown = ids.filter((id) => !known.has(id));
    return [
      ...(ids.length > mostIds
        ? [`${place}: names ${String(ids.length)} requirements, at most ${String(mostIds)}`]
        : []),
      ...unknown.map((id) => `${place}: there is no requirement ${id}`),
    ];
  });

const figures = (lines: readonly LedgerLine[], named: ReadonlySet<string>): void => {
  const bySection = Object.groupBy(lines, ({ id }) => id.slice(0, 2));
  for (const [section, inSection = []] of Object.entries(bySection)) {
    const covers = [...new Set(inSection.flatMap((line) => line.covers))].toSorted();
    const rows = [
      { title: section, of: inSection },
      ...covers.map((cover) => ({
        title: `${section} ${cover}`,
        of: inSection.filter((line) => line.covers.includes(cover)),
      })),
    ];
    for (const { title, of } of rows) {
      const count = of.filter(({ id }) => named.has(id)).length;
      console.log(
        `${title.padEnd(8)} ${String(count).padStart(4)} of ${String(of.length).padStart(3)}  ${percent(count, of.length)}`,
      );
    }
    const missing = inSection.filter(({ id }) => !named.has(id));
    if (missing.length > 0) console.log(`${section} missing: ${missing.map(({ id }) => id).join(' ')}`);
  }
};

const report = (): void => {
  const all = ledgerLines(path.join(root, 'docs/requirements.md'));
  const titles = testTitles('tests');
  const named = new Set(titles.flatMap(({ ids }) => ids));
  const lines = all.filter(
    ({ id, covers }) =>
      (values.section === undefined || id.startsWith(values.section)) &&
      (values.cover === undefined || covers.includes(values.cover)),
  );
  figures(lines, named);
  const wrong = wrongTitles(titles, new Set(all.map(({ id }) => id)));
  for (const line of wrong) console.log(line);
  process.exitCode = wrong.length === 0 ? 0 : 1;
};

process.chdir(root);
if (values.mutate === undefined) report();
else {
  const { mutate } = await import('./ledger/mutate.ts');
  process.exitCode = (await mutate(Number(values.mutate), Number(values.seed))) ? 0 : 1;
}
