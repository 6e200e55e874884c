import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** Returns a folder of this test's own with the given files in it, by their paths; the last part of the folder is the stack's name. */
export const aStackFolder = (files: Readonly<Record<string, string | Uint8Array>>, name = 'shop'): string => {
  const above = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-stack-'));
  onTestFinished(() => rmSync(above, { recursive: true, force: true }));
  const folder = path.join(above, name);
  mkdirSync(folder);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  return folder;
};
