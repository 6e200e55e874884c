import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { Home } from '../support/home.ts';
import { setup as build } from '../support/built.ts';
import { undoing } from '../support/undoing.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A workspace in which the real program has rendered every blueprint. */
    readonly workspace: string;
  }
}

const root = path.resolve(import.meta.dirname, '../..');

/** Lets the built program make a workspace, add every blueprint and render it, as a person would. */
export function setup(project: TestProject): () => void {
  build();
  const home = new Home();
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-validators-'));
  const undo = undoing(() => {
    rmSync(folder, { recursive: true });
    home[Symbol.dispose]();
  });
  const proxdeck = (...args: readonly string[]) =>
    execFileSync(path.join(root, 'bin/proxdeck'), args, {
      cwd: folder,
      env: { ...process.env, ...home.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  proxdeck('workspace', 'init', folder);
  for (const name of readdirSync(path.join(root, 'assets/blueprints'))) {
    proxdeck('stack', 'add', name, '--blueprint', name);
    proxdeck('stack', 'render', name);
  }
  project.provide('workspace', folder);
  return undo;
}
