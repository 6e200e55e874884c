import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderBlueprint } from '../../support/blueprints.ts';

const folder = path.resolve(import.meta.dirname, '../../golden/lucia');
const written = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  .toSorted();
const { files } = await renderBlueprint('lucia');

// `node scripts/golden.ts --write` renews them after a change that is meant.
describe('lucia as it is rendered', () => {
  it('has the files of tests/golden and no others', () => {
    expect([...files.keys()].toSorted()).toEqual(written);
  });

  it.each(written)('renders %s as in tests/golden', (file) => {
    expect(files.get(file)?.content).toBe(readFileSync(path.join(folder, file), 'utf8'));
  });

  it.each(written)('gives %s its mode', (file) => {
    const isExecutable = (statSync(path.join(folder, file)).mode & 0o100) !== 0;
    expect(files.get(file)?.mode).toBe(isExecutable ? 0o755 : 0o644);
  });
});
