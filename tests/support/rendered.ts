import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { rm } from 'node:fs/promises';
import { usualOptions, type Artifact, type RenderOptions } from '../../src/models/artifact.ts';
import type { Generator, Stack } from '../../src/models/stack.ts';

/** Returns what a generator makes, by path. */
export const textsOf = (
  generator: Generator,
  stack: Stack,
  options: Partial<RenderOptions> = {},
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    generator(stack, { ...usualOptions, ...options }).artifacts.map(({ path: file, content }) => [file, content]),
  );

/** Returns what is lost, by path. */
export const lostBy = (generator: Generator, stack: Stack): Readonly<Record<string, string>> =>
  Object.fromEntries(generator(stack, usualOptions).losses.map((loss) => [loss.path, loss.message]));

/** Writes artifacts into a folder of their own, which goes with the test. */
export const written = (artifacts: readonly Artifact[]): string => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-rendered-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const { path: file, content, mode } of artifacts) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content, { mode });
  }
  return folder;
};
