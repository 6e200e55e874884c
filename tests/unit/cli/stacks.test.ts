import {
  cpSync,
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
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { complete } from '../../../src/faces/cli/complete.ts';
import { openState } from '../../../src/state/state.ts';
import { aHome } from '../config/folder.ts';
import { runLine, type Ran } from './surroundings.ts';

/** A workspace in plain mode: made, filled, rendered. No context, no network. */

let home: string;
let env: Record<string, string>;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'proxdeck-stacks-'));
  env = aHome('');
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return undefined;
});

const at = (...parts: readonly string[]): string => path.join(home, 'lab', ...parts);
const run = (line: string, answers?: readonly string[]): Promise<Ran & { asked: string[] }> =>
  runLine([...line.split(' '), '--workspace', at()], env, answers);
/** What a command that must go well says, as JSON. */
const json = async (line: string): Promise<unknown> => {
  const { code, stdout, stderr } = await run(`${line} --output json`);
  expect({ line, code, stderr: stderr.split('\n').filter((text) => text.startsWith('{"error"')) }).toEqual({
    line,
    code: 0,
    stderr: [],
  });
  const last: unknown = JSON.parse(
    stdout.trimStart().startsWith('{\n') || stdout.startsWith('[') ? stdout : (stdout.trim().split('\n').at(-1) ?? ''),
  );
  return typeof last === 'object' && last !== null && 'value' in last ? last.value : last;
};
const init = (): Promise<Ran> => runLine(['workspace', 'init', at()], env);

const compose = (text: string): string => {
  const folder = path.join(home, 'project');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'compose.yaml'), text);
  return folder;
};
const web = 'services:\n  web:\n    image: nginx:1.31\n    ports: ["8080:80"]\n';

/** Everything below a folder: bytes and modes, and times where they count. */
const picture = (folder: string, times = false): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        const { mode, mtimeNs } = statSync(file, { bigint: true });
        return [
          path.relative(folder, file),
          `${String(mode)} ${times ? String(mtimeNs) : ''} ${readFileSync(file, 'base64')}`,
        ];
      }),
  );

describe('a workspace in plain mode', () => {
  it('is made without a context and without a network', async () => {
    const { code, stdout, stderr } = await runLine(
      ['workspace', 'init', at(), '--vlan', 'dev=100:10.100.0.0/24@10.100.0.1', '--target', 'web=ssh:root@10.100.0.10'],
      env,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('proxdeck.yaml');
    expect(await json('workspace show')).toMatchObject({
      folder: at(),
      targets: [{ name: 'web', kind: 'ssh', where: 'root@10.100.0.10' }],
      networks: [{ name: 'dev', vlan: 100, subnet: '10.100.0.0/24', gateway: '10.100.0.1', bridge: 'vmbr0' }],
    });
  });

  it.each([
    ['--vlan dev=10.100.0.0/24', 'write a network as dev=100:10.100.0.0/24'],
    ['--vlan Dev=100:10.100.0.0/24', 'write a network as dev=100:10.100.0.0/24'],
    ['--target web=sshh:a', 'write a target as web=ssh:root@10.100.0.10'],
    ['--target web=pct:abc', 'write a target as web=ssh:root@10.100.0.10'],
    ['--vlan dev=4095:10.100.0.0/24', '4095 is no VLAN'],
  ])('refuses %s, and makes nothing', async (flags, message) => {
    const { code, stderr } = await runLine(['workspace', 'init', at(), ...flags.split(' ')], env);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(existsSync(at())).toBe(false);
  });

  it('asks for everything where no folder is named, again for what is no answer', async () => {
    const answers = [
      at(),
      'dev',
      '100',
      '10.100.0.0/24',
      '',
      '',
      'Web',
      'ssh',
      'x',
      'web',
      '',
      'root@10.100.0.10',
      '',
      '',
    ];
    const { code, asked } = await runLine(['workspace', 'init'], env, answers);
    expect(code).toBe(0);
    expect(asked.find((question) => question.includes('write a target as'))).toMatch(/"Web=ssh:x"/);
    expect(asked.at(-1)).toContain(
      `proxdeck workspace init ${at()} --vlan dev=100:10.100.0.0/24@10.100.0.1 --target web=ssh:root@10.100.0.10`,
    );
    expect(await json('workspace show')).toMatchObject({
      targets: [{ name: 'web', kind: 'ssh', where: 'root@10.100.0.10' }],
      networks: [{ name: 'dev', vlan: 100, gateway: '10.100.0.1' }],
    });
  });

  it('makes nothing where the person says no, or nobody can be asked', async () => {
    expect((await runLine(['workspace', 'init'], env, [at(), '', '', 'no'])).code).toBe(130);
    const { code, stderr } = await runLine(['workspace', 'init'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('proxdeck workspace init lab');
    expect((await runLine(['workspace', 'init', '--dry-run'], env)).stderr).toContain('The folder is missing');
    expect(existsSync(at())).toBe(false);
  });

  it('says in a read-only session that nothing is made', async () => {
    const { code } = await runLine(['workspace', 'init', at(), '--read-only'], env);
    expect(code).toBe(8);
    expect(existsSync(at())).toBe(false);
  });

  it('says how to make one where there is none', async () => {
    const { code, stderr } = await run('stack list');
    expect(code).toBe(4);
    expect(stderr).toContain('Make one with `proxdeck workspace init FOLDER`');
  });
});

describe('stacks in plain mode', () => {
  beforeEach(async () => {
    await init();
  });

  it('adds a Compose project as it is, with what it needs, and without what is secret or data', async () => {
    const folder = compose(
      'services:\n  web:\n    image: nginx:${TAG}\n    build: ./app\n    env_file: web.env\n    extends: {file: base.yml, service: base}\n    volumes: ["./conf:/etc/web:ro", "./data:/data", "/var/run:/run/host"]\n    secrets: [db]\nsecrets:\n  db: {file: ./db.txt}\n',
    );
    const files = {
      'base.yml': 'services: {base: {restart: always}}\n',
      'web.env': 'A=1\n',
      '.env': 'TAG=1.31\n',
      'conf/deep/web.conf': 'x',
      'app/Dockerfile': 'FROM scratch\n',
      'app/main.go': 'package main\n',
      'db.txt': 'planted',
      'data/table': 'y',
      'notes.txt': 'n',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const { code, stdout, stderr } = await run(`stack add shop --from ${folder} --output json`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const taken = ['.env', 'app/Dockerfile', 'base.yml', 'compose.yaml', 'conf/deep/web.conf', 'web.env'];
    expect(Object.keys(picture(at('stacks/shop'))).toSorted()).toEqual(taken);
    for (const name of taken)
      expect(readFileSync(at('stacks/shop', name))).toEqual(readFileSync(path.join(folder, name)));
    for (const told of ['db.txt was not taken: a secret in clear', 'app/ was not taken', 'data/ was not taken'])
      expect(stdout).toContain(told);
    expect(stdout).not.toContain('planted');
  });

  it('refuses a project that leaves its folder, with the place', async () => {
    const folder = compose('services:\n  web:\n    image: nginx\n    volumes: ["../other:/x"]\n');
    const { code, stderr } = await run(`stack add web --from ${folder}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^proxdeck: compose\.yaml:4:\d+: .*\/other is outside of .*\/project; a stack carries what it needs with it\./,
    );
    expect(existsSync(at('stacks/web'))).toBe(false);
  });

  it.each([
    ['Web', 'a name has small letters, digits and dashes inside, at most 63'],
    ['web_1', 'a name has small letters'],
    ['-web', 'unknown option'],
    ['..', 'a name has small letters'],
    ['a'.repeat(64), 'a name has small letters'],
  ])('refuses the name %s', async (name, message) => {
    const { code, stderr } = await run(`stack add ${name} --from ${compose(web)}`);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(readdirSync(at('stacks'))).toEqual(['.gitkeep']);
  });

  it('refuses what is there already, what is nowhere, and two sources or none', async () => {
    const folder = compose(web);
    await json(`stack add web --from ${folder}`);
    expect((await run(`stack add web --from ${folder}`)).stderr).toContain('There is a stack web already');
    const missing = path.join(home, 'missing');
    expect((await run(`stack add other --from ${missing}`)).stderr).toContain(
      `There is no file and no folder ${missing}.`,
    );
    expect((await run('stack add other')).stderr).toContain('Say --from FILE or --blueprint NAME');
    expect((await run(`stack add other --blueprint whoami --from ${folder}`)).code).toBe(1);
    expect((await run('stack add other --blueprint whoam')).stderr).toContain('Did you mean whoami?');
  });

  it('names a project after its stack, so that two of one blueprint are two', async () => {
    await json('stack add one --blueprint whoami');
    await json('stack add two --blueprint whoami');
    expect(readFileSync(at('stacks/two/compose.yaml'), 'utf8')).toMatch(/^name: two$/m);
    expect(await json('stack list')).toMatchObject([
      { name: 'one', services: 1, rendered: [] },
      { name: 'two', services: 1 },
    ]);
  });

  it('tells a folder whose name no stack can have', async () => {
    mkdirSync(at('stacks/My_Shop'));
    const { stdout, stderr } = await run('stack list --output json');
    expect(JSON.parse(stdout)).toEqual([]);
    expect(stderr).toContain('stacks/My_Shop is no stack');
  });

  it('completes names of stacks and blueprints', async () => {
    await json('stack add lucia --blueprint lucia');
    const candidates = async (...words: readonly string[]): Promise<readonly string[]> =>
      (await complete(words, { env: { ...env, PROXDECK_WORKSPACE: at() }, faceCommands: [] })).map(
        ({ value }) => value,
      );
    expect(await candidates('stack', 'render', '')).toContain('lucia');
    expect(await candidates('stack', 'add', 'x', '--blueprint', 'we')).toEqual(['web-store']);
    expect(await candidates('stack', 'render', 'lucia', '--only', 'he')).toEqual(['helm']);
  });

  it('lists a stack that is broken with what is wrong in it', async () => {
    await json(`stack add web --from ${compose(web)}`);
    writeFileSync(at('stacks/web/compose.yaml'), 'services:\n  web:\n    imag: nginx\n');
    expect(await json('stack list')).toMatchObject([
      { name: 'web', problem: expect.stringMatching(/^compose\.yaml:3:5: .*imag/) },
    ]);
    const { code, stderr } = await run('stack render web');
    expect(code).toBe(1);
    expect(stderr).toMatch(/compose\.yaml:3:5: /);
    expect(existsSync(at('rendered/web'))).toBe(false);
  });

  it('renders a stack as it is added, and shows before what that would make', async () => {
    const preview = await json('stack preview app --blueprint whoami --only compose --only helm');
    expect(existsSync(at('stacks/app'))).toBe(false);
    expect(preview).toContainEqual({ path: 'helm/Chart.yaml', size: expect.any(Number) });
    const files = (preview as readonly { readonly path: string }[]).map(({ path: file }) => file);
    expect(await json('stack add app --blueprint whoami --render --only compose --only helm')).toMatchObject({
      rendered: files.length,
    });
    expect(Object.keys(picture(at('rendered/app'))).toSorted()).toEqual([...files, 'manifest.json'].toSorted());
    expect(await json('stack files app')).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: 'compose/compose.yaml', change: 'unchanged' })]),
    );
    expect((await run('stack add other --blueprint whoami --only helm')).stderr).toContain('Say --render as well');
  });

  it('adds nothing where it cannot be rendered', async () => {
    const source = compose(
      'services:\n  web:\n    image: nginx:1.31\n    ports: ["80:80", "80:80"]\n    x-proxdeck: 3\n',
    );
    const { code, stderr } = await run(`stack add web --from ${source} --render`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/compose\.yaml:\d+:\d+: /);
    expect(existsSync(at('stacks/web'))).toBe(false);
  });

  it('lists what is wrong with a stack: its files, its secrets, what was edited', async () => {
    await json('stack add app --blueprint lucia');
    await json('stack render app --only compose');
    writeFileSync(at('rendered/app/compose/compose.yaml'), 'mine\n');
    expect(await json('stack problems app')).toEqual(
      expect.arrayContaining([
        {
          severity: 'error',
          where: 'OpenAI__ApiKey',
          message: 'This secret is missing.',
          hint: 'Set it: `proxdeck secret set app OpenAI__ApiKey`.',
        },
        expect.objectContaining({
          severity: 'warning',
          where: 'rendered/app/compose/compose.yaml',
          file: at('rendered/app/compose/compose.yaml'),
        }),
      ]),
    );
    const text = readFileSync(at('stacks/app/compose.yaml'), 'utf8');
    writeFileSync(at('stacks/app/compose.yaml'), text.replace(/^services:$/m, 'services:\n  odd:\n    imag: nginx'));
    const line = text.split('\n').indexOf('services:') + 3;
    expect(await json('stack problems app')).toEqual([
      {
        severity: 'error',
        where: `compose.yaml:${String(line)}:5`,
        message: expect.stringContaining('imag'),
        hint: expect.any(String),
        file: at('stacks/app/compose.yaml'),
        line,
      },
    ]);
    expect(await json('stack list')).toMatchObject([{ file: at('stacks/app/compose.yaml'), line }]);
  });

  it.each(['whoami', 'web-store', 'traefik', 'lucia'])(
    'renders %s, writes nothing the second time, and the same bytes in another folder',
    async (name) => {
      await json(`stack add app --blueprint ${name}`);
      expect(await json('stack render app')).toMatchObject({ unchanged: 0, edited: 0 });
      const first = picture(at('rendered/app'));
      expect(Object.keys(first)).toContain('compose/compose.yaml');
      const before = picture(at(), true);
      expect(await json('stack render app')).toMatchObject({ written: 0, files: [] });
      expect(await json('stack diff app')).toEqual([]);
      expect(picture(at(), true)).toEqual(before);
      const elsewhere = path.join(home, 'elsewhere');
      await runLine(['workspace', 'init', elsewhere], env);
      cpSync(at('stacks/app'), path.join(elsewhere, 'stacks/app'), { recursive: true });
      await runLine(['stack', 'render', 'app', '--workspace', elsewhere], {
        ...env,
        TZ: 'Asia/Tokyo',
        LANG: 'tr_TR.UTF-8',
        USER: 'somebody',
      });
      expect(picture(path.join(elsewhere, 'rendered/app'))).toEqual(first);
    },
  );

  it('keeps what was edited by hand, shows it as a difference, and takes it back only when told', async () => {
    await json('stack add app --blueprint whoami');
    await json('stack render app --only compose');
    const file = at('rendered/app/compose/compose.yaml');
    const rendered = readFileSync(file, 'utf8');
    writeFileSync(file, `${rendered}# mine\n`);
    const kept = await run('stack render app --only compose');
    expect(kept.code).toBe(0);
    expect(kept.stderr).toContain('compose/compose.yaml was edited by hand and is kept.');
    expect(kept.stdout).toContain('-# mine');
    expect(readFileSync(file, 'utf8')).toBe(`${rendered}# mine\n`);
    expect((await run('stack diff app --only compose')).stdout).toMatch(/^-# mine$/m);
    expect(await json('stack diff app --only compose --stat')).toMatchObject([
      { path: 'compose/compose.yaml', kind: 'kept', added: 0, removed: 1 },
    ]);
    const dry = await run('stack render app --only compose --overwrite --dry-run');
    expect(dry.stdout).toMatch(/compose\/compose\.yaml +overwritten/);
    expect(readFileSync(file, 'utf8')).toContain('# mine');
    const refused = await run('stack render app --only compose --overwrite', ['n']);
    expect(refused.code).toBe(6);
    expect(refused.asked[0]).toContain('compose/compose.yaml was edited by hand: what was edited is lost.');
    expect(readFileSync(file, 'utf8')).toContain('# mine');
    expect((await run('stack render app --only compose --overwrite', ['y'])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(rendered);
  });

  it('merges on request, and says with exit code 7 what cannot be merged', async () => {
    const folder = compose(web);
    await json(`stack add web --from ${folder}`);
    await json('stack render web --only compose');
    const file = at('rendered/web/compose/compose.yaml');
    writeFileSync(file, `# mine\n${readFileSync(file, 'utf8')}`);
    const change = (image: string): void =>
      writeFileSync(at('stacks/web/compose.yaml'), web.replace('nginx:1.31', image));
    change('nginx:1.32');
    expect(await json('stack render web --only compose --merge')).toMatchObject({
      files: [{ path: 'compose/compose.yaml', change: 'merged' }],
    });
    expect((await run('stack render web --only compose --merge')).stderr).toContain('nothing new is to be merged');
    const merged = readFileSync(file, 'utf8');
    expect(merged).toMatch(/^# mine\n/);
    expect(merged).toContain('nginx:1.32');
    writeFileSync(file, merged.replace('nginx:1.32', 'nginx:mine'));
    change('nginx:1.33');
    const { code, stderr } = await run('stack render web --only compose --merge');
    const line = merged.split('\n').findIndex((text) => text.includes('nginx:1.32')) + 1;
    expect(code).toBe(7);
    expect(stderr).toContain(`compose/compose.yaml cannot be merged: both changed line ${String(line)}.`);
    expect(readFileSync(file, 'utf8')).toContain('nginx:mine');
    expect((await run('stack render web --merge --overwrite')).stderr).toContain('not both');
  });

  it('renders only what is named, and tells a generator that is not there', async () => {
    await json('stack add app --blueprint whoami');
    await json('stack render app --only compose');
    expect(readdirSync(at('rendered/app')).toSorted()).toEqual(['compose', 'manifest.json']);
    const { code, stderr } = await run('stack render app --only hlem');
    expect(code).toBe(1);
    expect(stderr).toContain('a generator is one of compose, ');
  });

  it('tells progress and steps as events, and names files that are not its own', async () => {
    await json('stack add app --blueprint whoami');
    mkdirSync(at('rendered/app/compose'), { recursive: true });
    writeFileSync(at('rendered/app/compose/notes.txt'), 'mine');
    const { stdout } = await run('stack render app --only compose --output json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(events).toContainEqual(expect.objectContaining({ type: 'progress', unit: 'items' }));
    expect(events).toContainEqual({ type: 'step', id: 'compose', title: 'Docker Compose', state: 'done' });
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'warning',
        code: 'foreign',
        message: 'compose/notes.txt was not made by Proxdeck; it is left alone.',
      }),
    );
    expect(readFileSync(at('rendered/app/compose/notes.txt'), 'utf8')).toBe('mine');
  });

  it('shows one rendered file, named as the list of files names it', async () => {
    await json('stack add app --blueprint whoami --render --only compose');
    expect(await json('stack file app compose/compose.yaml')).toMatchObject({
      path: 'compose/compose.yaml',
      change: 'unchanged',
    });
  });

  it('says in its help which ways there are, and keeps room for it', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await run('stack render --help');
    const help = written.mock.calls.map(([text]) => text).join('');
    written.mockRestore();
    expect(help).toMatch(/--only <value> .*one\s+of compose,\s+dockerfile,/s);
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('shows services, routes, settings and secrets by name', async () => {
    await json('stack add app --blueprint lucia');
    const shown = await json('stack show app');
    expect(shown).toMatchObject({
      name: 'app',
      services: expect.arrayContaining([expect.objectContaining({ name: 'redis' })]),
      settings: expect.arrayContaining([expect.objectContaining({ name: 'OpenAI__ModelId', default: 'gpt-4o' })]),
      secrets: expect.arrayContaining([expect.objectContaining({ name: 'Redis__Password', made: 'generated, hex' })]),
    });
    expect(await json('stack losses app')).toEqual(
      expect.arrayContaining([
        { generator: 'systemd', path: 'services.lucia.networks', message: expect.stringContaining('systemd') },
      ]),
    );
  });

  it('removes a stack only when it is meant, says what is lost, and leaves what is not its own', async () => {
    await json('stack add app --blueprint whoami');
    await json('stack render app --only compose');
    writeFileSync(at('rendered/app/compose/compose.yaml'), 'mine\n');
    writeFileSync(at('rendered/app/notes.txt'), 'mine\n');
    expect((await run('stack remove app')).code).toBe(6);
    const { code, asked } = await run('stack remove app', ['n']);
    expect(code).toBe(6);
    expect(asked[0]).toContain('Edited by hand, and lost: compose/compose.yaml.');
    expect(asked[0]).toContain('Not made by Proxdeck, and left: notes.txt.');
    expect(existsSync(at('stacks/app/compose.yaml'))).toBe(true);
    expect((await run('stack remove app --yes')).code).toBe(0);
    expect(existsSync(at('stacks/app'))).toBe(false);
    expect(readdirSync(at('rendered/app'))).toEqual(['notes.txt']);
    expect(existsSync(at('.proxdeck/rendered/app.json'))).toBe(false);
  });

  it('leaves lines in the audit trail of the person', async () => {
    await json('stack add app --blueprint whoami');
    await json('stack render app --only compose');
    const state = await openState(path.join(env['XDG_STATE_HOME'] ?? '', 'proxdeck/state.db'));
    onTestFinished(() => state.close());
    const names = (await state.audit.list({ limit: 20 })).map(({ operation }) => operation);
    expect(names).toEqual(expect.arrayContaining(['workspace.init', 'stack.add', 'stack.render']));
  });
});
