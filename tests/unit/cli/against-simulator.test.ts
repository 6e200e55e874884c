import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionLines, complete } from '../../../src/faces/cli/complete.ts';
import { configFile } from '../../../src/config/paths.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { openState } from '../../../src/state/state.ts';
import { aHome } from '../config/folder.ts';
import { runLine } from './surroundings.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({
    fixture: path.join(import.meta.dirname, 'cluster.yaml'),
    speed: Infinity,
    authDelayMs: 0,
    proxyTimeoutMs: 50,
  });
});
afterAll(() => simulator.close());

/** Variables that lead to the simulator, in a home of this test's own. */
const reaching = (over: Record<string, string> = {}) => ({
  ...aHome(),
  PROXDECK_URL: simulator.url,
  PROXDECK_TOKEN: simulator.token,
  PROXDECK_FINGERPRINT: simulator.fingerprint,
  ...over,
});

const blind = 'ada@pve!blind=5c2f9b1e-0000-4000-8000-000000000001';
const json = (text: string): unknown => JSON.parse(text);
const errorOf = (stderr: string): unknown => json(stderr.trimEnd().split('\n').at(-1) ?? '');

describe('reading', () => {
  it('lists guests as JSON with the field names of Proxmox VE', async () => {
    const { code, stdout, stderr } = await runLine(['guest', 'list', '--output', 'json'], reaching());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(json(stdout)).toMatchObject([
      { vmid: 101, name: 'web', node: 'pve1', type: 'lxc', status: 'running', maxmem: 2 ** 30, tags: ['prod'] },
      { vmid: 102, status: 'stopped' },
      { vmid: 200, type: 'qemu' },
      { vmid: 201 },
      { vmid: 300, status: 'unknown', node: 'pve2' },
    ]);
  });

  it('lists the same as a table, as YAML and as CSV', async () => {
    const env = reaching();
    expect((await runLine(['guest', 'list', '--status', 'stopped'], env)).stdout).toMatch(
      /^VMID +NAME[^\n]*\n 102 +db[^\n]*\n 200 +build[^\n]*\n 201 +build;reboot[^\n]*\n$/,
    );
    expect((await runLine(['node', 'list', '--output', 'yaml'], env)).stdout).toContain('node: pve2\n');
    expect((await runLine(['storage', 'list', '--output', 'csv'], env)).stdout).toMatch(
      /^storage,node,plugintype.*\r\nlocal,pve1,dir,available/,
    );
  });

  it('shows what lies on a storage, on the node that can be asked', async () => {
    const { stdout } = await runLine(
      ['storage', 'content', 'local', '--content', 'iso', '--output', 'json'],
      reaching(),
    );
    expect(json(stdout)).toMatchObject([{ volid: 'local:iso/debian-13.iso', content: 'iso' }]);
  });

  it('shows tasks and their logs', async () => {
    const env = reaching();
    const [task] = json((await runLine(['task', 'list', '--errors', '--output', 'json'], env)).stdout) as [
      { upid: string; status: string },
    ];
    expect(task).toMatchObject({ type: 'vzdump', id: '101', status: 'job errors' });
    expect((await runLine(['task', 'log', task.upid], env)).stdout).toMatch(/^INFO: starting\n/);
    expect(json((await runLine(['task', 'show', task.upid, '--output', 'json'], env)).stdout)).toMatchObject({
      status: 'stopped',
      exitstatus: 'job errors',
    });
  });

  it('sums the cluster up when there is no command', async () => {
    const { code, stdout } = await runLine(['--plain'], reaching());
    expect(code).toBe(0);
    expect(stdout).toMatch(/running +1\n/);
    expect(stdout).toMatch(/trouble:\n.*\n +300 .*unknown/);
  });

  it('passes any call of the API through', async () => {
    expect(json((await runLine(['api', 'get', '/version', '--output', 'json'], reaching())).stdout)).toMatchObject({
      release: '9.2',
    });
  });
});

describe('when it does not work', () => {
  it('ends with 3 and a hint on a wrong token', async () => {
    const { code, stdout, stderr } = await runLine(
      ['guest', 'list', '--output', 'json'],
      reaching({ PROXDECK_TOKEN: 'root@pam!proxdeck=wrong' }),
    );
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(errorOf(stderr)).toMatchObject({ error: { code: 'auth', hint: expect.stringMatching(/./) } });
  });

  it('ends with 5 and what was tried when nobody listens', async () => {
    const { code, stderr } = await runLine(
      ['guest', 'list', '--output', 'json'],
      reaching({ PROXDECK_URL: 'https://127.0.0.1:9' }),
    );
    expect(code).toBe(5);
    expect(errorOf(stderr)).toMatchObject({
      error: { code: 'unreachable', message: expect.stringContaining('127.0.0.1:9 (TCP') },
    });
  });

  it('asks the next node when one is away', async () => {
    const { code } = await runLine(
      ['node', 'list'],
      reaching({ PROXDECK_URL: `https://127.0.0.1:9,${simulator.url}` }),
    );
    expect(code).toBe(0);
  });

  it('ends with 5 and both fingerprints when the certificate is another one', async () => {
    const other = simulator.fingerprint.replace(/^../, (pair) => (pair === 'AB' ? 'CD' : 'AB'));
    const { code, stderr } = await runLine(['node', 'list'], reaching({ PROXDECK_FINGERPRINT: other }));
    expect(code).toBe(5);
    expect(stderr).toContain(other);
    expect(stderr).toContain(simulator.fingerprint);
  });

  it('says that privilege separation is the probable reason when a token sees nothing', async () => {
    const { code, stdout, stderr } = await runLine(
      ['guest', 'list', '--output', 'json'],
      reaching({ PROXDECK_TOKEN: blind }),
    );
    expect({ code, guests: json(stdout) }).toEqual({ code: 0, guests: [] });
    expect(json(stderr)).toMatchObject({
      code: 'sees-nothing',
      message: expect.stringContaining('privilege separation'),
      hint: expect.stringContaining('pveum acl modify'),
    });
  });

  it('ends with 4 for a guest that is not there, 6 unconfirmed, 8 read-only', async () => {
    const env = reaching();
    expect((await runLine(['guest', 'show', '999'], env)).code).toBe(4);
    expect((await runLine(['api', 'delete', '/pools/dev'], env)).code).toBe(6);
    expect((await runLine(['guest', 'start', '102', '--read-only'], env)).code).toBe(8);
  });

  it('finds what is wrong, and what is not, as the doctor', async () => {
    const sick = await runLine(['doctor', '--output', 'json'], reaching({ PROXDECK_URL: 'https://127.0.0.1:9' }));
    expect(sick.code).toBe(5);
    expect(json(sick.stdout)).toContainEqual(expect.objectContaining({ check: 'connection', state: 'fail' }));
    const well = await runLine(['doctor', '--output', 'json'], reaching());
    expect(well.code).toBe(0);
    expect(json(well.stdout)).toContainEqual({ check: 'nodes', state: 'warn', detail: 'not online: pve2' });
  });
});

describe('adding a context', () => {
  it('tests the connection and saves the token, which never stood in argv', async () => {
    const { PROXDECK_URL: url, PROXDECK_TOKEN: token, PROXDECK_FINGERPRINT: fingerprint, ...home } = reaching();
    const added = await runLine(['context', 'add', 'lab', '--url', url, '--fingerprint', fingerprint, '--prod'], {
      ...home,
      PROXDECK_TOKEN: token,
    });
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('9.2') });
    expect((await runLine(['node', 'list'], home)).code).toBe(0);
    const listed = await runLine(['context', 'list', '--output', 'json'], home);
    expect(json(listed.stdout)).toMatchObject([
      { name: 'lab', current: true, identity: 'root@pam!proxdeck', prod: true },
    ]);
    expect(listed.stdout).not.toContain(token);
  });

  it('shows the fingerprint of an unknown certificate to a person, and pins it after a yes', async () => {
    const { PROXDECK_URL: url, PROXDECK_TOKEN: token, PROXDECK_FINGERPRINT: fingerprint, ...home } = reaching();
    const refused = await runLine(['context', 'add', 'lab', '--url', url], home, [token, 'n']);
    expect(refused.code).toBe(5);
    expect(refused.asked[1]).toContain(fingerprint);
    const { code } = await runLine(['context', 'add', 'lab', '--url', url], home, [token, 'y']);
    expect(code).toBe(0);
    expect(readFileSync(configFile(home), 'utf8')).toContain(fingerprint);
  });

  it('refuses an unknown certificate where nobody can be asked, and says how to trust it', async () => {
    const { PROXDECK_URL: url, PROXDECK_TOKEN: token, PROXDECK_FINGERPRINT: fingerprint, ...home } = reaching();
    const { code, stderr } = await runLine(['context', 'add', 'lab', '--url', url], { ...home, PROXDECK_TOKEN: token });
    expect(code).toBe(5);
    expect(stderr).toContain(`--fingerprint ${fingerprint}`);
  });

  it('saves nothing when the token is wrong, or missing with nobody to ask', async () => {
    const { PROXDECK_URL: url, PROXDECK_TOKEN: _token, PROXDECK_FINGERPRINT: fingerprint, ...home } = reaching();
    const line = ['context', 'add', 'lab', '--url', url, '--fingerprint', fingerprint];
    expect((await runLine(line, { ...home, PROXDECK_TOKEN: 'root@pam!proxdeck=wrong' })).code).toBe(3);
    expect(await runLine(line, home)).toMatchObject({ code: 1, stderr: expect.stringContaining('PROXDECK_TOKEN') });
    expect((await runLine(['context', 'list', '--output', 'json'], home)).stdout).toBe('[]\n');
  });

  it('takes the token from a file, and makes a read-only context that stays so', async () => {
    const { PROXDECK_URL: url, PROXDECK_TOKEN: token, PROXDECK_FINGERPRINT: fingerprint, ...home } = reaching();
    const file = path.join(home.HOME, 'token');
    writeFileSync(file, `${token}\n`);
    expect(
      (
        await runLine(
          ['context', 'add', 'lab', '--url', url, '--fingerprint', fingerprint, '--read-only', '--token-file', file],
          home,
        )
      ).code,
    ).toBe(0);
    expect((await runLine(['guest', 'start', '102'], home)).code).toBe(8);
    expect((await runLine(['context', 'remove', 'lab', '--yes'], home)).code).toBe(0);
  });
});

describe('completion', () => {
  const words = async (...line: string[]) =>
    (await complete(line, { env: reaching(), faceCommands: [] })).map(({ value }) => value);

  it('knows nouns, verbs, flags and choices', async () => {
    expect(await words('gu')).toEqual(['guest']);
    expect(await words('guest', 'sh')).toEqual(['show', 'shutdown']);
    expect(await words('guest', 'list', '--t')).toEqual(['--type', '--tag', '--theme']);
    expect(await words('guest', 'list', '--type', '')).toEqual(['lxc', 'qemu']);
    expect(await words('--output', 'j')).toEqual(['json']);
  });

  it('knows live guests, nodes and tasks, also behind global flags', async () => {
    expect(await words('--output', 'json', 'guest', 'start', '10')).toEqual(['101', '102']);
    expect(await words('guest', 'start', '101', 'd')).toEqual(['db']);
    expect(await words('node', 'show', '')).toEqual(['pve1', 'pve2']);
    expect(await words('task', 'log', '')).toEqual([expect.stringMatching(/^UPID:pve1:/)]);
    expect(await words('context', 'use', '')).toEqual(['environment']);
  });

  it('knows the API: paths from the schema, ids from the cluster, parameters of the call', async () => {
    expect(await words('api', 'get', '/nodes/')).toEqual(['/nodes/pve1', '/nodes/pve2']);
    expect(await words('api', 'post', '/nodes/pve1/lxc/10')).toEqual(['/nodes/pve1/lxc/101', '/nodes/pve1/lxc/102']);
    expect(await words('api', 'get', '/cluster/res')).toEqual(['/cluster/resources']);
    expect(await words('api', 'get', '/cluster/resources', 'ty')).toEqual(['type=']);
    expect(await words('api', 'get', '/cluster/resources', 'type=s')).toEqual(['type=storage', 'type=sdn']);
  });

  it('offers nothing a shell would read anything into, and no error when nobody answers', async () => {
    expect(await words('guest', 'start', 'build')).toEqual(['build']);
    expect(
      await complete(['guest', 'start', ''], {
        env: { ...reaching(), PROXDECK_URL: 'https://127.0.0.1:9' },
        faceCommands: [],
      }),
    ).toEqual([]);
    expect(completionLines([{ value: 'a', description: 'x\ty\u001B[2J\nz' }])).toBe('a\tx  y·z\n');
  });
});

describe('changing', () => {
  it('tells where a corrupt state database was set aside, and goes on', async () => {
    const env = reaching();
    const folder = path.join(env.XDG_STATE_HOME, 'proxdeck');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'state.db'), 'this is no database '.repeat(500));
    const { code, stderr } = await runLine(['api', 'put', '/nodes/pve1/lxc/102/config', 'description=x'], env);
    expect(code).toBe(0);
    expect(stderr).toMatch(/corrupt; it was set aside as \S+state\.db\S+/);
  });

  it('shows what would be sent, and sends nothing, with --dry-run', async () => {
    const env = reaching();
    const { code, stdout } = await runLine(['guest', 'stop', 'web', '--dry-run', '--output', 'json'], env);
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({
      dryRun: true,
      hazards: ['101 web is tagged prod.'],
      calls: [{ method: 'POST', path: '/nodes/pve1/lxc/101/status/stop' }],
    });
    expect(simulator.world.guests.get(101)?.running).toBe(true);
  });

  it('starts guests, streams the log, and leaves two lines in the audit trail', async () => {
    const env = reaching();
    const { code, stdout } = await runLine(['guest', 'start', '102', '101', '--output', 'json'], env);
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => json(line) as { type: string });
    expect(events.filter(({ type }) => type === 'line')).toContainEqual(expect.objectContaining({ text: 'TASK OK' }));
    expect(events.at(-1)).toMatchObject({
      type: 'result',
      ok: true,
      value: [
        { vmid: 102, ok: true, changed: true, result: 'OK' },
        { vmid: 101, ok: true, changed: false, result: 'already running' },
      ],
    });
    const state = await openState(path.join(env.XDG_STATE_HOME, 'proxdeck', 'state.db'));
    const rows = await state.audit.list({ limit: 10 });
    await state.close();
    expect(rows.map(({ operation, result, who }) => ({ operation, result, who: who.replace(/^\S+/, 'me') }))).toEqual([
      { operation: 'guest.start', result: 'ok', who: 'me as root@pam!proxdeck' },
      { operation: 'guest.start', result: 'started', who: 'me as root@pam!proxdeck' },
    ]);
  });

  it('ends with 7 and says so for each guest when a part failed', async () => {
    const { code, stdout, stderr } = await runLine(['guest', 'shutdown', '101', '300', '--output', 'json'], reaching());
    expect(code).toBe(7);
    expect(json(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'result',
      ok: false,
      value: [
        { vmid: 101, ok: true },
        { vmid: 300, ok: false },
      ],
    });
    expect(errorOf(stderr)).toMatchObject({ error: { code: 'partial', message: expect.stringContaining('300') } });
  });

  it('asks a person about a guest tagged prod, and does nothing after a no', async () => {
    const { code, asked } = await runLine(['guest', 'stop', '101'], reaching(), ['n']);
    expect(code).toBe(6);
    expect(asked[0]).toContain('101 web is tagged prod.');
  });
});
