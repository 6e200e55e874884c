import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aHome } from '../config/folder.ts';
import { aStackFolder } from '../stacks/folders.ts';
import { runLine } from './surroundings.ts';

/** `stack validate` with tools of this test's own. */

let workspace: string;
let env: Record<string, string>;
beforeEach(() => {
  workspace = path.dirname(aStackFolder({}, 'x'));
  const folder = path.join(workspace, 'stacks', 'shop');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(workspace, 'proxdeck.yaml'), 'version: 1\n');
  writeFileSync(path.join(folder, 'compose.yaml'), 'services:\n  web:\n    image: web:1\n');
  env = { ...aHome(''), PROXDECK_WORKSPACE: workspace };
  vi.stubEnv('PATH', '/nowhere');
  vi.stubEnv('PROXDECK_TOOLS', path.join(workspace, 'tools'));
  return () => void vi.unstubAllEnvs();
});

const tool = (name: string, script: string): void => {
  mkdirSync(path.join(workspace, 'tools/bin'), { recursive: true });
  writeFileSync(path.join(workspace, 'tools/bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
};

const run = (line: string) => runLine(line.split(' '), env);
const render = () => run('stack render shop --only compose');

describe('stack validate', () => {
  it('says what to do where nothing was rendered', async () => {
    const { code, stderr } = await run('stack validate shop');
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('proxdeck stack render shop') });
  });

  it('tells what passed, and what is missing with how to get it; only --strict fails for that', async () => {
    await render();
    const missing = await run('stack validate shop');
    expect(missing.code).toBe(0);
    expect(missing.stdout).toMatch(/missing +docker compose +\d files +Install Docker with its Compose plugin/);
    const strict = await run('stack validate shop --strict');
    expect({ code: strict.code, stderr: strict.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('docker compose'),
    });
    tool('docker-compose', 'exit 0');
    const passed = await run('stack validate shop --strict');
    expect({ code: passed.code, stdout: passed.stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/passed +docker compose/),
    });
  });

  it('tells every fault with its file, and fails', async () => {
    await render();
    tool('docker-compose', 'case "$*" in *prod*) echo "services.web: no" >&2; exit 15;; esac');
    const { code, stdout, stderr } = await run('stack validate shop');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('One fault was found') });
    expect(stdout).toMatch(/error +docker compose +compose\/compose\.prod\.yaml +services\.web: no/);
  });

  it('looks at files as they lie there, edited ones too, and at those of one tool where it is named', async () => {
    await render();
    const file = path.join(workspace, 'rendered/shop/compose/compose.yaml');
    writeFileSync(file, 'x: ${EDITED:?}\n');
    tool('docker-compose', 'test "$EDITED" = validation');
    tool('shellcheck', 'exit 1');
    const { code, stdout } = await runLine(['stack', 'validate', 'shop', '--only', 'docker compose'], env);
    expect(code).toBe(0);
    expect(stdout).toContain('docker compose');
    expect(stdout).not.toContain('shellcheck');
  });
});
