/**
 * Writes tests/golden: what the blueprint lucia renders to, byte for byte, so that a change of a generator shows as a difference.
 * `node scripts/golden.ts --write` after a change that is meant; the test tests/unit/blueprints/golden.test.ts compares.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { renderBlueprint } from '../tests/support/blueprints.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
if (!values.write) throw new Error('node scripts/golden.ts --write');
const folder = path.resolve(import.meta.dirname, '../tests/golden/lucia');
const { files } = await renderBlueprint('lucia');
rmSync(folder, { recursive: true, force: true });
for (const [file, { content, mode }] of files) {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content, { mode });
}
console.log(`${String(files.size)} files in tests/golden/lucia`);
