import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessFile, configFile } from '../../../src/config/paths.ts';
import { assetPath } from '../../../src/simulator/assets.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { aHome } from '../config/folder.ts';
import { runLine } from './surroundings.ts';

let simulator: Simulator;
let folder: string;
let accessLog: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-roles-'));
  accessLog = path.join(folder, 'access.jsonl');
  simulator = await startSimulator({
    fixture: assetPath('demo/homelab.yaml'),
    speed: Infinity,
    authDelayMs: 0,
    accessLog,
  });
});
afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const homeWith = (rules: string) => {
  const home = aHome();
  const env = {
    ...home,
    PROXDECK_URL: simulator.url,
    PROXDECK_TOKEN: simulator.token,
    PROXDECK_FINGERPRINT: simulator.fingerprint,
  };
  const file = accessFile(configFile(env));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, rules);
  return { env, file };
};

const writes = (): readonly string[] =>
  readFileSync(accessLog, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"method":"GET"'));

describe('roles of access.yaml on the command line', () => {
  it('[S0-137] end with 3, role, file and line, and nothing that changes anything reaches the server', async () => {
    const { env, file } = homeWith('default: developer\nroles:\n  developer:\n    pools: [lab]\n');
    const before = writes();
    const deleted = await runLine(['guest', 'delete', '151', '--force', '--yes'], env);
    expect(deleted).toMatchObject({ code: 3, stdout: '' });
    expect(deleted.stderr).toContain(`guest.delete is not allowed to the role developer (${file}:3).`);
    const stopped = await runLine(['guest', 'stop', '104', '--yes'], env);
    expect(stopped).toMatchObject({ code: 3, stdout: '' });
    expect(stopped.stderr).toContain(
      `104 postgres is in the pool prod, which is not for the role developer: its pools are lab (${file}:4).`,
    );
    expect((await runLine(['guest', 'stop', '104', '--dry-run'], env)).code).toBe(3);
    expect(writes()).toEqual(before);
  });

  it('[S0-138] hold what is wanted against the limits', async () => {
    const { env, file } = homeWith('default: team_lead\n');
    const larger = await runLine(['guest', 'set', '104', '--cores', '9', '--yes'], env);
    expect(larger.code).toBe(3);
    expect(larger.stderr).toContain(`9 cores are wanted, and the role team_lead allows a guest 8 cores (${file}:1).`);
  });

  it('read-only comes first, and a broken file forbids everything that it could', async () => {
    const { env, file } = homeWith('default: developer\n');
    expect((await runLine(['guest', 'delete', '104', '--read-only'], env)).code).toBe(8);
    writeFileSync(file, 'default: nobody-knows\n');
    const broken = await runLine(['guest', 'list'], env);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain(`${file}:1:1: default: there is no role nobody-knows.`);
    expect((await runLine(['version'], env)).code).toBe(0);
  });

  it('can be looked up', async () => {
    const { env, file } = homeWith('default: developer\n');
    const { code, stdout } = await runLine(['access', 'role', '--output', 'json'], env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ role: 'developer', limited: true, place: `${file}:1` });
  });
});
