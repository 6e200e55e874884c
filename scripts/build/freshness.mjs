import { globSync, statSync } from 'node:fs';
import path from 'node:path';

/** What the bundle is made of. Folders count too: their time changes when a file is removed. */
const sources = [
  '{src,screens,components,generators}',
  '{src,screens,components,generators}/**',
  'scripts/{build.mjs,build/**,ink-shims/**}',
  'package-lock.json',
];

const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether the entry of the bundle under `root` is missing or older than any source. */
export function isStale(root, entry) {
  const builtAt = changedAt(path.join(root, entry));
  return globSync(sources, { cwd: root }).some((file) => changedAt(path.join(root, file)) > builtAt);
}
