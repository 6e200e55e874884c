import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { configFile } from '../../../src/config/paths.ts';
import { aHome } from '../config/folder.ts';
import { runLine } from './surroundings.ts';

const importing = async (from: string, text: string, yaml?: string) => {
  const env = aHome(yaml);
  mkdirSync(env.HOME, { recursive: true });
  const file = path.join(env.HOME, 'theirs');
  writeFileSync(file, text.replaceAll('HOME', env.HOME));
  writeFileSync(path.join(env.HOME, 'secret'), '11111111-2222\n');
  const ran = await runLine(['context', 'import', '--from', from, '--file', file, '--output', 'json'], env);
  return { ...ran, env };
};

const rowsIn = (stdout: string): unknown =>
  (JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { value: unknown }).value;

const pvetui = `
profiles:
  default: { addr: "https://pve1:8006", user: root, realm: pam, token_id: tui, token_secret: "abc-def", insecure: true }
  whole: { addr: "https://pve2:8006", token_id: "ops@pve!ci", token_secret: "ghi" }
  work: { addr: "https://work:8006", user: ada, realm: pve, password: "a secret" }
  locked: { addr: "https://pve3:8006", user: root, realm: pam, token_id: tui, token_secret: "age1:YWdlLWVuY3J5cHRpb24=" }
  "bad name": { addr: "https://pve4:8006" }
  odd: 7
default_profile: default
`;

describe('context import', () => {
  it('takes over addresses and logins of pvetui, and trusts no certificate by that', async () => {
    const { code, stdout, env } = await importing('pvetui', pvetui);
    expect(code).toBe(0);
    expect(rowsIn(stdout)).toMatchObject([
      { name: 'default', state: 'imported', login: 'token', next: 'proxdeck connect https://pve1:8006 --name default' },
      { name: 'whole', login: 'token' },
      { name: 'work', login: 'password' },
      { name: 'locked', state: 'imported', login: 'nothing' },
      { name: 'bad name', state: 'not understood' },
    ]);
    const { contexts } = await loadConfig(env);
    expect(contexts['default']).toMatchObject({ addresses: ['https://pve1:8006'], token: 'root@pam!tui=abc-def' });
    expect(contexts['whole']).toMatchObject({ token: 'ops@pve!ci=ghi' });
    expect(contexts['work']).toMatchObject({ username: 'ada@pve', password: 'a secret' });
    expect(contexts['locked']).not.toHaveProperty('token');
    expect(readFileSync(configFile(env), 'utf8')).not.toMatch(/fingerprint|age1/);
  });

  it('takes over the contexts of proxxx, with a secret that lies in a file', async () => {
    const { code, env } = await importing(
      'proxxx',
      `# mine\nurl = "https://pve1.lan:8006/"\nuser = "root@pam"  # me\nauth = "token"\ntoken_id = 'proxxx'\ntoken_secret = "abc"\nrate_limit = 10
[pbs]\nurl = "https://pbs:8007"\ntoken_id = "reader"
[profiles.prod]\nurl = "https://pve.example.org:8006/"\nuser = "ops@pve"\ntoken_id = "ci"\ntoken_secret_file = "HOME/secret"\n
[[alerts]]\nname = "node_down"\nurl = "https://nowhere"\n`,
    );
    expect(code).toBe(0);
    const { contexts } = await loadConfig(env);
    expect(Object.keys(contexts)).toEqual(['proxxx', 'prod']);
    expect(contexts['proxxx']).toMatchObject({ addresses: ['https://pve1.lan:8006'], token: 'root@pam!proxxx=abc' });
    expect(contexts['prod']).toMatchObject({ token: 'ops@pve!ci=11111111-2222' });
  });

  it('leaves what is there under the same name', async () => {
    const yaml = 'contexts:\n  default: { url: mine } # keep\n';
    const { stdout, env } = await importing('pvetui', pvetui, yaml);
    expect(rowsIn(stdout)).toMatchObject([{ name: 'default', state: 'exists' }, {}, {}, {}, {}]);
    expect((await loadConfig(env)).contexts['default']?.addresses).toEqual(['mine']);
  });

  it('says when there is nothing, or nothing that it understands', async () => {
    const env = aHome();
    const none = await runLine(['context', 'import', '--from', 'pvetui', '--file', '/nowhere/config.yml'], env);
    expect(none.code).toBe(4);
    expect((await importing('pvetui', 'profiles: [')).code).toBe(1);
  });
});
