import { afterEach, describe, expect, it } from 'vitest';
import { widthOf } from '../../components/text.ts';
import { FactStore } from '../../src/inventory/facts.ts';
import type { Snapshot } from '../../src/inventory/types.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import type { InputOf, OperationName } from '../../src/operations/catalog.ts';
import type { Permissions } from '../../src/operations/privileges.ts';
import type { Session } from '../../src/ui/session.ts';
import { answering, type AnswerTable, type FailureTable } from '../support/answers.ts';
import { aGuest, fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const escape = '\u001B';
const left = '\u001B[D';
const right = '\u001B[C';
const now = moment / 1000;
const hour = 3600;
const day = 86_400;
const gigabyte = 2 ** 30;

const points = (steps: number, step: number) =>
  Array.from({ length: steps }, (_, at) => ({
    time: now - (steps - 1 - at) * step,
    cpu: at === steps - 1 ? 0.125 : 0.25,
    mem: 4 * gigabyte,
    maxmem: 8 * gigabyte,
    netin: 1000,
    netout: 10,
    diskread: 0,
    diskwrite: 2 ** 20,
  }));

const backupOf = (storage: string, ageSeconds: number, over: object = {}) => ({
  volid: `${storage}:backup/ct/104/${String(ageSeconds)}`,
  ctime: now - ageSeconds,
  size: 34 * gigabyte,
  storage,
  node: 'pve1',
  ...over,
});

const answers: AnswerTable = {
  'cluster.options': { 'tag-style': { 'color-map': 'dev:112233:ffffff' } },
  'guest.config': {
    hostname: 'relay-dev',
    cores: 4,
    memory: 8192,
    onboot: 1,
    description: 'The relay of the developers\nAsk Ada\n',
    rootfs: 'local-zfs:subvol-104-disk-0,size=50G',
    net0: 'name=eth0,bridge=vmbr0,tag=100,firewall=1,hwaddr=BC:24:11:00:00:01,ip=10.10.0.104/24,gw=10.10.0.1,type=veth',
  },
  'guest.pending': [{ key: 'memory', value: 8192, pending: 16_384 }],
  'guest.interfaces': [
    { name: 'lo', 'hardware-address': '00:00:00:00:00:00', addresses: ['127.0.0.1/8'] },
    { name: 'eth0', 'hardware-address': 'bc:24:11:00:00:01', addresses: ['10.10.0.104/24', 'fe80::1/64'] },
    { name: 'docker0', 'hardware-address': '02:42:00:00:00:01', addresses: ['172.17.0.1/16'] },
  ],
  'snapshot.list': [
    { name: 'base', snaptime: now - 90 * day, description: 'freshly installed' },
    { name: 'tried', snaptime: now - 40 * day, parent: 'base', vmstate: 1, description: 'a dead end\n' },
    { name: 'works', snaptime: now - 6 * day, parent: 'base' },
    { name: 'half', snaptime: now - day, parent: 'works', snapstate: 'delete' },
    { name: 'current', description: 'You are here!', parent: 'works' },
  ],
  'guest.tasks': [
    {
      upid: 'UPID:pve1:0000AAAA:00000001:6B00B7A5:vzdump:104:root@pam:',
      node: 'pve1',
      type: 'vzdump',
      id: '104',
      user: 'root@pam',
      starttime: now - 5 * day,
      endtime: now - 5 * day + 60,
      status: 'job errors',
    },
  ],
  'guest.rrd': points(60, 60),
};

/** The small cluster, with storages that hold backups: a quick one, one that fails, and one that is away. */
const cluster = (over: Partial<Snapshot> = {}): Snapshot => {
  const base = smallCluster();
  const [local] = base.storages;
  if (local === undefined) throw new Error('the small cluster has no storage');
  const backups = (storage: string, status = 'available') => ({
    ...local,
    id: `storage/pve1/${storage}`,
    storage,
    status,
    content: ['backup'],
  });
  return { ...base, storages: [backups('pbs'), backups('nas'), backups('usb', 'unknown')], ...over };
};

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

interface Scene {
  readonly answers?: AnswerTable;
  readonly failures?: FailureTable;
  readonly snapshot?: Snapshot;
  readonly facts?: FactStore;
  readonly colour?: boolean;
  readonly ask?: Session['ask'];
  readonly permissions?: Permissions;
}

const open = async (columns: number, rows: number, scene: Scene = {}) => {
  const table = answering({ ...answers, ...scene.answers }, scene.failures);
  const nas = new ProxdeckError('timeout', 'nas did not answer within 30 s.', { hint: 'Look at the share.' });
  const ask: Session['ask'] = async <Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    signal: AbortSignal,
  ) => {
    if (name !== 'backup.list') return table.ask(name, input, signal);
    if (JSON.stringify(input).includes('nas')) throw nas;
    const backups = [
      backupOf('pbs', 6 * hour, { notes: 'relay-dev' }),
      backupOf('pbs', 2 * day, { verification: { state: 'ok' }, protected: 1 }),
      backupOf('pbs', 3 * day, { verification: { state: 'failed' } }),
    ];
    return answering({ 'backup.list': backups }).ask(name, input, signal);
  };
  const session = fakeSession(scene.snapshot ?? cluster(), {
    ask: scene.ask ?? ask,
    permissions: () => scene.permissions,
    ...(scene.facts === undefined ? {} : { facts: scene.facts }),
  });
  screen = await openScreen({ columns, rows }, { session, colour: scene.colour ?? true });
  const shown = screen;
  return {
    shown,
    session,
    /** Waits until the screen shows a text. */
    sees: async (text: string | RegExp) => {
      await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(text);
    },
  };
};

/** The right pane of a wide frame. */
const pane = (shown: TestScreen): string =>
  shown
    .frame()
    .split('\n')
    .flatMap((line) => line.split('│ ').slice(1).join('│ ') || [])
    .join('\n');

const turn = async (shown: TestScreen, tabs: number): Promise<void> => {
  for (let at = 0; at < tabs; at += 1) await shown.press(']');
};

describe('the summary of a guest', () => {
  it('tells addresses, the last good backup and what the notes begin with', async () => {
    const { shown, sees } = await open(120, 40);
    await sees(/address 10\.10\.0\.104/);
    expect(pane(shown)).toMatch(/backup {2}6h ago on pbs/);
    expect(pane(shown)).toMatch(/note {4}The relay of the developers/);
    // The link-local address and Docker's own network tell nobody where it is; the second is its own all the same.
    expect(pane(shown)).not.toContain('fe80');
  });

  it('takes what the crawl found out before it asks anybody', async () => {
    const facts = new FactStore();
    facts.learnAddresses({ id: 'lxc/104', vmid: 104 }, ['10.10.0.4'], moment);
    const newest = { ctime: now - 2 * hour, volid: 'nas:x', size: 1, verification: 'failed', count: 3 };
    facts.put([{ kind: 'backups', subject: 'nas', at: moment, value: { 104: newest } }]);
    const { shown } = await open(120, 40, { facts });
    expect(pane(shown)).toMatch(/address 10\.10\.0\.4$/m);
    expect(pane(shown)).toContain('2h ago on nas, verification failed');
  });

  it('asks for backups where they are likely: a guest one passes is not a call to every node', async () => {
    const { storages } = cluster();
    const local = storages.map((one) => ({ ...one, shared: false }));
    const other = local.map((one) => ({ ...one, id: one.id.replace('pve1', 'pve2'), node: 'pve2' }));
    const asked: string[] = [];
    const { shown, sees } = await open(120, 40, {
      snapshot: cluster({ storages: [...local, ...other] }),
      ask: async (name, input, signal) => {
        if (name === 'backup.list') asked.push(JSON.stringify(input));
        return answering({ ...answers, 'backup.list': [] }).ask(name, input, signal);
      },
    });
    await sees(/backup {2}▲ none shared or on pve1/);
    expect(asked).toHaveLength(2);
    expect(asked.every((input) => input.includes('pve1'))).toBe(true);
    await shown.press(']', ']', ']', ']');
    await expect.poll(() => asked.filter((input) => input.includes('pve2')).length).toBe(2);
  });

  it('paints tags in the colours of the datacenter', async () => {
    const { shown } = await open(120, 40);
    await expect.poll(() => shown.styled(), { timeout: 10_000 }).toContain('48;2;17;34;51');
  });
});

describe('the configuration', () => {
  it.each([
    [80, 24],
    [120, 40],
  ] as const)('is read in groups at %i×%i, with what waits for the next start', async (columns, rows) => {
    const { shown, sees } = await open(columns, rows);
    if (columns < 110) await shown.press(enter);
    await turn(shown, 1);
    await sees(/1 change waits for the next start/);
    expect(shown.frame()).toMatch(/memory +8\.0 GB/);
    expect(shown.frame()).toContain('▲ 16 GB after the next start');
    expect(shown.frame()).toContain('Ask Ada');
    for (const line of shown.frame().split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  it('shows what is wrong in place of it', async () => {
    const error = new ProxdeckError('permission', 'root@pam lacks VM.Audit on /vms/104.', { hint: 'Grant it.' });
    const { shown, sees } = await open(120, 40, { failures: { 'guest.config': error } });
    await turn(shown, 1);
    await sees(/lacks VM\.Audit/);
    expect(pane(shown)).toContain('Grant it.');
  });
});

describe('the network', () => {
  it('puts addresses to the cards they are on, and tells what is only inside', async () => {
    const { shown, sees } = await open(120, 40);
    await turn(shown, 2);
    await sees(/docker0 {2}inside of the guest only/);
    expect(pane(shown)).toMatch(/net0 {2}eth0\n {2}10\.10\.0\.104\/24\n {2}fe80::1\/64 {2}link-local/);
    expect(pane(shown)).toContain('bridge vmbr0 vlan 100 firewall on');
  });

  it('says plainly that the agent is missing, and shows what is configured', async () => {
    const error = new ProxdeckError('conflict', 'The guest agent of this VM is switched off.', {
      hint: 'Switch it on.',
    });
    const { shown, sees } = await open(120, 40, { failures: { 'guest.interfaces': error } });
    await turn(shown, 2);
    await sees(/guest agent of this VM is switched off/);
    expect(pane(shown)).toContain('Switch it on.');
    expect(pane(shown)).toContain('bridge vmbr0');
  });

  it('asks a guest that is stopped for nothing', async () => {
    const stopped = cluster({ guests: [aGuest(104, { name: 'relay-dev', status: 'stopped' })] });
    const { asked, ask } = answering(answers);
    const { shown, sees } = await open(120, 40, { snapshot: stopped, ask });
    await turn(shown, 2);
    await sees(/it does not run: only what is configured/);
    expect(asked).not.toContain('guest.interfaces');
  });
});

describe('snapshots', () => {
  it('stand as a tree with the guest in its place, and what is broken is told', async () => {
    const { shown, sees } = await open(120, 40);
    await turn(shown, 3);
    await sees(/4 snapshots/);
    const lines = pane(shown).split('\n');
    const at = lines.findIndex((line) => line.startsWith('○ base'));
    expect(lines.slice(at, at + 8).map((line) => line.trimEnd())).toEqual([
      '○ base      90d',
      '  freshly installed',
      '├ ○ tried   40d  ram',
      '│   a dead end',
      '└ ○ works    6d',
      '  ├ ▲ half   1d',
      '  │   not wholly deleted: delete it again',
      '  └ ▸ now',
    ]);
  });

  it('open the configuration that they hold', async () => {
    const { shown, sees } = await open(120, 40);
    await turn(shown, 3);
    await sees(/4 snapshots/);
    await shown.press(enter, 'jj', enter);
    await sees(/its configuration +as it was then/);
    await shown.press('y');
    await sees(/104 relay-dev as of base/);
    expect(shown.frame()).toContain('cores: 4');
  });
});

describe('backups', () => {
  it('come from each storage on its own: one that fails or is away holds up no other', async () => {
    const { shown, sees } = await open(120, 40);
    await turn(shown, 4);
    await sees(/nas did not answer within 30 s/);
    const text = pane(shown);
    expect(text).toContain('● last good backup 6h ago on pbs');
    expect(text).toMatch(/● +6h +34 GB {2}pbs +relay-dev/);
    expect(text).toMatch(/● +2d +34 GB {2}pbs +verified {2}⚿ protected/);
    expect(text).toMatch(/✖ +3d +34 GB {2}pbs +verification failed/);
    expect(text).toContain('Look at the share.');
    expect(text).toContain('usb is not available on pve1: not asked');
  });

  it('that a login may not see are not said to be none', async () => {
    const none: Session['ask'] = async (name, input, signal) =>
      answering({ ...answers, 'backup.list': [] }).ask(name, input, signal);
    const { shown, sees } = await open(120, 40, { ask: none, permissions: { '/': { 'VM.Audit': 1 } } });
    await turn(shown, 4);
    await sees(/none can be seen: needs VM\.Backup on/);
    expect(pane(shown)).not.toContain('no good backup');
    await shown.press('[', '[', '[', '[');
    await sees(/backup {2}\? none can be seen/);
  });

  it('that are none are an error in words', async () => {
    const none: Session['ask'] = async (name, input, signal) =>
      answering({ ...answers, 'backup.list': [] }).ask(name, input, signal);
    const { shown, sees } = await open(120, 40, { ask: none });
    await turn(shown, 4);
    await sees(/✖ no good backup/);
    expect(pane(shown)).toMatch(/✖ no good backup on the storages that\s+answered/);
    await shown.press('[', '[', '[', '[');
    await sees(/backup {2}▲ none that is known of/);
  });

  it('open with all that is known of one, and copy its volume', async () => {
    const { shown, sees } = await open(120, 40);
    await turn(shown, 4);
    await sees(/last good backup/);
    await shown.press(enter, 'jjj', 'Y');
    expect(shown.emitted.at(-1)).toContain(Buffer.from('pbs:backup/ct/104/21600').toString('base64'));
    await shown.press(enter);
    await sees(/volume +pbs:backup\/ct\/104\/21600/);
    expect(shown.frame()).toContain('nobody checked it yet');
    await shown.press(escape);
    expect(shown.frame()).toContain('last good backup');
  });
});

describe('the tasks of a guest', () => {
  it('go further back than the poll, each once, and open their log', async () => {
    const { shown, sees } = await open(120, 40);
    await turn(shown, 5);
    await sees(/2 tasks {2}✖ 1 failed/);
    expect(pane(shown).match(/vzdump/g)).toHaveLength(1);
    await shown.press(enter, 'G', enter);
    await sees(/Backup 104 - run/);
  });
});

describe('graphs', () => {
  it('are drawn for a span that two keys change', async () => {
    const { shown, sees } = await open(120, 40);
    await turn(shown, 6);
    await sees(/cpu {2}19%/);
    expect(pane(shown)).toMatch(/memory {2}4\.0 GB +mean 4\.0 GB {2}max 4\.0 GB/);
    expect(pane(shown)).toMatch(/disk write {2}1\.0 MB\/s/);
    expect(pane(shown)).toMatch(/\d\d:\d\d +\d\d:\d\d +\d\d:\d\d$/m);
    await shown.press('.');
    await sees(/hour {2}day {2}week {2}month {2}year/);
    await shown.press(',', ',');
    await sees(/cpu {2}19%/);
  });

  it('have a cursor that tells value and time, while the details have the keys', async () => {
    const { shown, sees } = await open(120, 40);
    await turn(shown, 6);
    await sees(/cpu {2}19%/);
    await shown.press(enter, left);
    expect(pane(shown)).toMatch(/year +\d\d:\d\d$/m);
    for (let step = 0; step < 5; step += 1) await shown.press(left);
    expect(pane(shown)).toMatch(/cpu {2}25%/);
    for (let step = 0; step < 7; step += 1) await shown.press(right);
    expect(pane(shown)).toMatch(/cpu {2}19%/);
  });

  it('say where their keys count', async () => {
    const { shown } = await open(120, 40);
    await shown.press('.');
    expect(shown.frame()).toContain('this is for the tab “graphs”');
  });
});

describe('one text', () => {
  it('describes all that is known, is searched and scrolled', async () => {
    const { shown, sees } = await open(100, 30);
    await shown.press('d');
    await sees(/104 relay-dev {2}container on pve1/);
    await shown.press('/', 'docker0', enter);
    await sees(/docker0 {2}inside/);
    await shown.press('G');
    await sees(/vzdump/);
    await shown.press('/', 'zebra', enter, 'n');
    expect(shown.frame()).toContain('nothing here holds “zebra”');
    await shown.press('q');
    expect(shown.frame()).toContain('frigate');
    expect(shown.quits).toBe(0);
  });

  it('shows the configuration as YAML and copies it whole', async () => {
    const { shown, sees } = await open(100, 30);
    await shown.press('y');
    await sees(/cores: 4/);
    expect(shown.frame()).toContain('description: |-');
    await shown.press('Y');
    const copied = Buffer.from(shown.emitted.at(-1)?.slice(7, -1) ?? '', 'base64').toString();
    expect(copied.split('\n')).toContain('hostname: relay-dev');
  });
});

describe('looking for an address', () => {
  const addressOf = (vmid: string): string => `10.10.0.${vmid}`;
  const asking = (silent: readonly string[] = []) => {
    const asked: string[] = [];
    const table = answering(answers);
    const ask: Session['ask'] = async <Name extends OperationName>(
      name: Name,
      input: InputOf<Name>,
      signal: AbortSignal,
    ) => {
      if (name !== 'guest.interfaces') return table.ask(name, input, signal);
      const vmid = /\d+/.exec(JSON.stringify(input))?.[0] ?? '';
      asked.push(vmid);
      if (silent.includes(vmid)) throw new ProxdeckError('conflict', 'The guest agent does not answer.');
      const told = [{ name: 'eth0', addresses: [`${addressOf(vmid)}/24`] }];
      return answering({ 'guest.interfaces': told }).ask(name, input, signal);
    };
    return { asked, ask };
  };

  it('finds at once who is known to have it', async () => {
    const facts = new FactStore();
    facts.learnAddresses({ id: 'lxc/131', vmid: 131 }, ['10.10.0.131'], moment);
    const { shown } = await open(120, 40, { facts });
    await shown.press('/', '10.10.0.131', enter);
    expect(shown.frame()).toContain('frigate');
    expect(shown.frame()).not.toContain('web-01');
  });

  it('asks the others, those that run on nodes that answer', async () => {
    const { asked, ask } = asking(['210']);
    const { shown, sees } = await open(120, 40, { ask });
    await shown.press('/', '10.10.0.119', enter);
    await sees(/▸ +119 +web-02/);
    expect(asked).not.toContain('140');
    expect(asked).not.toContain('220');
  });

  it('says when nobody has it, and who did not tell', async () => {
    const { ask } = asking(['210']);
    const { shown, sees } = await open(120, 40, { ask });
    await shown.press('/', 'ip:10.10.9.9', enter);
    await sees(/no guest that runs and tells its addresses has 10\.10\.9\.9; 1 did not tell/);
    expect(shown.frame()).toContain('nothing matches');
  });

  it('ends with Esc', async () => {
    const held = Promise.withResolvers<void>();
    const { asked, ask } = asking();
    const slow: Session['ask'] = async (name, input, signal) => {
      const answer = ask(name, input, signal);
      if (name === 'guest.interfaces') await held.promise;
      return answer;
    };
    const { shown, sees } = await open(120, 40, { ask: slow });
    await shown.press('/', '10.10.9.9', enter);
    await sees(/asking guests for their addresses: 0 of 6/);
    const before = asked.length;
    await shown.press(escape);
    expect(shown.frame()).not.toContain('asking guests');
    held.resolve();
    await sees(/address 10\.10\.0\.104/);
    // Only the guest that is looked at is asked from here on.
    expect(asked.slice(before).every((vmid) => vmid === '104')).toBe(true);
  });
});

describe('the list', () => {
  it('tells addresses and backups as far as they are known', async () => {
    const facts = new FactStore();
    facts.learnAddresses({ id: 'lxc/104', vmid: 104 }, ['10.10.0.104'], moment);
    const newest = { ctime: now - 6 * hour, volid: 'nas:x', size: 1, count: 1 };
    facts.put([
      {
        kind: 'backups',
        subject: 'pve1/nas',
        at: moment,
        value: { 104: newest, 105: { ...newest, verification: 'failed' } },
      },
    ]);
    const { shown, sees } = await open(200, 60, { facts });
    expect(shown.frame()).toMatch(/104 +relay-dev .*10\.10\.0\.104 +6h/);
    expect(shown.frame()).toMatch(/105 +relay-db .*✖ 6h/);
    // Another storage may hold one.
    expect(shown.frame()).toMatch(/118 +web-01 .*–/);
    expect(shown.frame()).not.toContain('✖ none');
    facts.put(['pbs', 'usb'].map((name) => ({ kind: 'backups', subject: `pve1/${name}`, at: moment, value: {} })));
    await sees(/118 +web-01 .*✖ none/);
    // What comes later is seen in rows that did not change themselves.
    facts.learnAddresses({ id: 'lxc/118', vmid: 118 }, ['10.10.0.118'], moment);
    await sees(/118 +web-01 .*10\.10\.0\.118/);
  });

  it('shows every tab within the terminal, whatever its size', async () => {
    const { shown } = await open(120, 40);
    for (const [columns, rows] of [
      [40, 10],
      [60, 16],
      [80, 24],
      [110, 32],
      [200, 60],
    ] as const) {
      await shown.resize(columns, rows);
      for (const keys of [[enter], [']'], [']'], [']'], [']'], [']'], [']'], ['d'], [escape], [escape]]) {
        await shown.press(...keys);
        const lines = shown.frame().split('\n');
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
      }
    }
  });
});
