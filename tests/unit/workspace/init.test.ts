import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseWorkspace } from '../../../src/workspace/document.ts';
import { findWorkspace, workspacePlace } from '../../../src/workspace/find.ts';
import { initWorkspace } from '../../../src/workspace/init.ts';
import { openWorkspace, requireStack } from '../../../src/workspace/workspace.ts';
import { disk, type Disk } from '../../../src/workspace/write.ts';

let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'proxdeck-init-'));
  folder = path.join(home, 'lab');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const nothing = { targets: {}, vlans: {} };
const at = (...parts: readonly string[]): string => path.join(folder, ...parts);

describe('a new workspace', () => {
  it('is refused where no folder can ever be, and the program does not try for ever', async () => {
    await expect(initWorkspace('/proc/proxdeck-test/lab', nothing)).rejects.toMatchObject({
      code: 'state',
      message: expect.stringContaining('Nothing was changed'),
    });
  });

  it('has the folders of all that is kept in it [S3-023]', async () => {
    const { made } = await initWorkspace(folder, nothing);
    expect(readdirSync(folder).toSorted()).toEqual(
      ['.gitignore', '.proxdeck', 'infra', 'proxdeck.yaml', 'rendered', 'runbooks', 'stacks'].toSorted(),
    );
    expect(made).toContain('.proxdeck/state.db');
    expect(statSync(at('.proxdeck')).mode & 0o777).toBe(0o700);
  });

  it('is the same on every machine, byte for byte', async () => {
    const wanted = {
      context: 'lab',
      targets: { web: { kind: 'ssh', host: '10.100.0.10' } },
      vlans: { dev: { id: 100, subnet: '10.100.0.0/24', gateway: '10.100.0.1' } },
    } as const;
    await initWorkspace(folder, wanted);
    await initWorkspace(path.join(home, 'other'), wanted);
    for (const name of ['proxdeck.yaml', '.gitignore'])
      expect(readFileSync(at(name))).toEqual(readFileSync(path.join(home, 'other', name)));
    const { config, warnings } = await openWorkspace({ current: '/', named: folder });
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      version: 1,
      context: 'lab',
      targets: wanted.targets,
      network: { vlans: { dev: { ...wanted.vlans.dev, bridge: 'vmbr0', reserved: {} } } },
    });
  });

  it('is made once: the second time nothing is written', async () => {
    await initWorkspace(folder, nothing);
    const before = statSync(at('proxdeck.yaml')).mtimeMs;
    expect(await initWorkspace(folder, nothing)).toMatchObject({ made: [], kept: false });
    expect(statSync(at('proxdeck.yaml')).mtimeMs).toBe(before);
  });

  it('adds what one lacks, and keeps a proxdeck.yaml that says something else', async () => {
    await initWorkspace(folder, nothing);
    writeFileSync(at('proxdeck.yaml'), 'version: 1\ncontext: mine\n');
    rmSync(at('runbooks'), { recursive: true });
    expect(await initWorkspace(folder, nothing)).toMatchObject({ made: ['runbooks/.gitkeep'], kept: true });
    expect(readFileSync(at('proxdeck.yaml'), 'utf8')).toBe('version: 1\ncontext: mine\n');
  });

  it('tells what else is in the folder, and writes over none of it', async () => {
    mkdirSync(at('stacks'), { recursive: true });
    writeFileSync(at('README.md'), 'mine');
    writeFileSync(at('.gitignore'), 'node_modules/\n.env');
    expect(await initWorkspace(folder, nothing)).toMatchObject({ foreign: ['README.md'] });
    expect(readFileSync(at('README.md'), 'utf8')).toBe('mine');
    const lines = readFileSync(at('.gitignore'), 'utf8').split('\n');
    expect(lines.slice(0, 2)).toEqual(['node_modules/', '.env']);
    expect(lines.filter((line) => line === '.env')).toHaveLength(1);
    expect(lines).toContain('.proxdeck/');
    expect(existsSync(at('stacks/.gitkeep'))).toBe(false);
  });

  it('lets git take what is encrypted and what is an example, and nothing that is secret', async () => {
    await initWorkspace(folder, nothing);
    execFileSync('git', ['init', '-q'], { cwd: folder });
    const secret = [
      'stacks/a/.env',
      'stacks/a/.env.bak',
      'stacks/a/prod.env',
      'stacks/a/prod.env~',
      'stacks/a/secrets/db',
      'tls.key',
      '.proxdeck/state.db',
    ];
    const open = [
      'proxdeck.yaml',
      'stacks/a/.env.example',
      'rendered/a/systemd/a.env.example',
      'stacks/a/secrets.age.yaml',
      'stacks/a/compose.yaml',
      'rendered/a/manifest.json',
    ];
    const ignored = execFileSync('git', ['check-ignore', '--stdin'], {
      cwd: folder,
      input: [...secret, ...open].join('\n'),
      encoding: 'utf8',
    });
    expect(ignored.trim().split('\n')).toEqual(secret);
  });

  it('is refused in the place of a file, and inside another one', async () => {
    mkdirSync(home, { recursive: true });
    writeFileSync(folder, 'a file');
    await expect(initWorkspace(folder, nothing)).rejects.toMatchObject({
      code: 'usage',
      message: `${folder} is a file.`,
    });
    rmSync(folder);
    await initWorkspace(folder, nothing);
    await expect(initWorkspace(at('stacks/inner'), nothing)).rejects.toMatchObject({
      code: 'usage',
      message: `${at('stacks/inner')} lies inside the workspace ${folder}.`,
    });
  });

  it('is refused with a network plan that is wrong, and then nothing is made', async () => {
    const vlans = { dev: { id: 300, subnet: '10.300.0.0/24' } };
    await expect(initWorkspace(folder, { targets: {}, vlans })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^network\.vlans\.dev\.subnet: 10\.300\.0\.0 is no address: 300 is beyond 255/),
    });
    expect(existsSync(folder)).toBe(false);
  });

  it('leaves nothing behind when the disk is full', async () => {
    let left = 2;
    const full: Disk = {
      ...disk,
      create: (write) => {
        left -= 1;
        if (left < 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
        return disk.create(write);
      },
    };
    await expect(initWorkspace(folder, nothing, full)).rejects.toMatchObject({
      code: 'state',
      message: expect.stringContaining('the disk is full'),
    });
    expect(existsSync(folder)).toBe(false);
  });
});

describe('finding the workspace', () => {
  it('finds it from any folder inside, as git does', async () => {
    await initWorkspace(folder, nothing);
    mkdirSync(at('stacks/web/files'), { recursive: true });
    expect(await findWorkspace({ current: at('stacks/web/files') })).toBe(folder);
  });

  it('says how to make one where there is none', async () => {
    await expect(findWorkspace({ current: home })).rejects.toMatchObject({
      code: 'not-found',
      message: `There is no workspace here: neither ${home} nor a folder above it has a proxdeck.yaml.`,
      hint: 'Make one with `proxdeck workspace init FOLDER`, or name one with --workspace.',
    });
  });

  it('takes a named one as it is: not one above it', async () => {
    await initWorkspace(folder, nothing);
    await expect(findWorkspace({ current: '/', named: at('stacks') })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('goes by the flag, then by PROXDECK_WORKSPACE, then by where one is', () => {
    const env = { PROXDECK_WORKSPACE: 'theirs' };
    expect(workspacePlace(env, '/here', 'flag')).toEqual({ current: '/here', named: '/here/flag' });
    expect(workspacePlace(env, '/here')).toEqual({ current: '/here', named: '/here/theirs' });
    expect(workspacePlace({ PROXDECK_WORKSPACE: '' }, '/here')).toEqual({ current: '/here' });
  });
});

describe('docs/workspace.md', () => {
  it('shows a proxdeck.yaml that is right', () => {
    const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/workspace.md'), 'utf8');
    const [, example = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
    const { config, warnings } = parseWorkspace(example, 'docs/workspace.md');
    expect(warnings).toEqual([]);
    expect(Object.keys(config.targets)).toEqual(['web', 'db', 'vm', 'k8s', 'here']);
    expect(config.network.vlans['dev']?.reserved).toHaveProperty('dhcp');
  });
});

describe('proxdeck.yaml', () => {
  const opened = async (text: string): Promise<string> => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(at('proxdeck.yaml'), text);
    return openWorkspace({ current: '/', named: folder }).then(
      ({ warnings }) => warnings.join('\n'),
      (error: unknown) => (error instanceof Error ? error.message.replace(`${folder}/`, '') : ''),
    );
  };

  it('refuses a newer version in a sentence, whatever else is in it', async () => {
    expect(await opened('version: 2\nnovelty: {a: 1}\n')).toBe(
      'proxdeck.yaml:1:1: this workspace is of version 2; this Proxdeck knows up to 1.',
    );
  });

  it.each([
    ['no version', 'targets: {}\n', 'proxdeck.yaml:1:1: version: it is missing'],
    [
      'an unknown key',
      'version: 1\ntarget: {}\n',
      'proxdeck.yaml:2:1: target: there is no such key. Did you mean targets?',
    ],
    [
      'an unknown key of a network',
      'version: 1\nnetwork:\n  vlans:\n    dev:\n      subnt: 10.1.0.0/24\n',
      'proxdeck.yaml:5:7: network.vlans.dev.subnt: there is no such key. Did you mean subnet?',
    ],
    [
      'an unknown kind of target',
      'version: 1\ntargets:\n  web: {kind: sshh, host: a}\n',
      'proxdeck.yaml:3:9: targets.web.kind: a kind is one of ssh, pct, agent, kubernetes, local',
    ],
    [
      'an unknown key of a target',
      'version: 1\ntargets:\n  web: {kind: ssh, hots: a}\n',
      'proxdeck.yaml:3:20: targets.web.hots: there is no such key. Did you mean host?',
    ],
    [
      'a usual target that is not there',
      'version: 1\ntargets:\n  web: {kind: local}\ndefaults:\n  target: wep\n',
      'proxdeck.yaml:5:3: defaults.target: there is no target wep. Did you mean web?',
    ],
    [
      'an octet that cannot be',
      'version: 1\nnetwork:\n  vlans:\n    dev:\n      subnet: 10.300.0.0/24\n',
      'proxdeck.yaml:5:7: network.vlans.dev.subnet: 10.300.0.0 is no address: 300 is beyond 255, the most an octet can be.',
    ],
    [
      'a bridge with a name that Linux cannot have',
      'version: 1\nnetwork:\n  vlans:\n    dev: {subnet: 10.1.0.0/24, bridge: a-very-long-bridge}\n',
      'proxdeck.yaml:4:32: network.vlans.dev.bridge: a bridge has at most 15 letters, digits, `_`, `.` and `-`, as in `vmbr0`',
    ],
    ['what is no YAML', 'version: [1\n', expect.stringMatching(/^proxdeck\.yaml:2:1: this is not YAML: /)],
    [
      'aliases that would fill the memory',
      `a: &a [x, x, x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f'].map((name, index) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdef'[index] ?? ''}`).join(', ')}]`).join('\n')}\n`,
      expect.stringContaining('an alias in it cannot be followed'),
    ],
  ])('tells %s with its place', async (_what, text, message) => {
    expect(await opened(text)).toEqual(message);
  });

  it('warns with the place', async () => {
    expect(
      await opened('version: 1\nnetwork:\n  vlans:\n    lan:\n      id: 1\n      subnet: 10.1.0.0/24\n'),
    ).toContain('proxdeck.yaml:5:7: VLAN 1 is what most switches send untagged');
  });

  it('names the stacks there are', async () => {
    await opened('version: 1\n');
    mkdirSync(at('stacks/lucia'), { recursive: true });
    const workspace = await openWorkspace({ current: '/', named: folder });
    await expect(requireStack(workspace, 'luca')).rejects.toMatchObject({
      code: 'not-found',
      message: `There is no stack luca in ${folder}. Did you mean lucia?`,
    });
  });
});
