import { afterEach, describe, expect, it } from 'vitest';
import { widthOf } from '../../components/text.ts';
import { FactStore } from '../../src/inventory/facts.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import { answering, type AnswerTable, type FailureTable } from '../support/answers.ts';
import { aNode, fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const escape = '\u001B';
const tab = '\t';
const now = moment / 1000;
const day = 86_400;

const attribute = (id: string, name: string, value: number, threshold: number, raw: string, fail = '-') => ({
  id,
  name,
  value,
  worst: value,
  threshold,
  raw,
  fail,
});

const answers: AnswerTable = {
  'node.show': {
    ...aNode('pve1'),
    loadavg: ['0.10', '0.22', '0.31'],
    kversion: 'Linux 6.17.4-1-pve #1 SMP',
    pveversion: 'pve-manager/9.2.11/14a22df3',
    cpuinfo: { model: 'AMD EPYC', cores: 8, sockets: 2 },
    swap: { used: 0, total: 2 ** 33 },
    'boot-info': { mode: 'efi', secureboot: true },
  },
  'node.subscription': { status: 'active', productname: 'Basic', nextduedate: '2027-03-01' },
  'node.config': { description: 'Rack 2\u001B[2J, UPS 1\nsecond line' },
  'node.certificates': [{ filename: 'pve-ssl.pem', notafter: now + 12 * day, fingerprint: 'AB:CD' }],
  'node.disks': [
    {
      devpath: '/dev/nvme0n1',
      health: 'PASSED',
      wearout: 94,
      size: 2 ** 41,
      model: 'Samsung 990',
      serial: 'S7',
      used: 'ZFS',
    },
    { devpath: '/dev/sdb', health: 'FAILED!', wearout: 'N/A', size: 2 ** 42, model: 'WDC', serial: 'W1', used: 'LVM' },
    { devpath: '/dev/vda', health: 'UNKNOWN', wearout: 3, size: 2 ** 35 },
  ],
  'node.zfs': [{ name: 'tank', health: 'DEGRADED', size: 100, alloc: 97, frag: 12 }],
  'node.smart': {
    health: 'FAILED!',
    type: 'ata',
    attributes: [
      attribute('  9', 'Power_On_Hours', 14, 0, '62918'),
      attribute('197', 'Current_Pending_Sector', 200, 0, '296'),
      attribute('  5', 'Reallocated_Sector_Ct', 134, 140, '1312', 'NOW'),
    ],
  },
  'node.network': [
    { iface: 'enp3s0', type: 'eth', exists: true },
    { iface: 'vmbr0', type: 'bridge', active: true, autostart: true, cidr: '192.0.2.11/24', bridge_ports: 'bond0' },
    { iface: 'vmbr9', type: 'bridge', autostart: true, bridge_ports: '', comments: 'for the lab\n' },
  ],
  'node.network-changes': [{ t: '+auto vmbr9' }, { t: '-auto vmbr8' }],
  'node.services': [
    { service: 'pveproxy', state: 'running', 'active-state': 'active', 'unit-state': 'enabled', desc: 'API Proxy' },
    { service: 'chrony', state: 'failed', 'active-state': 'failed', 'unit-state': 'enabled', desc: 'an NTP client' },
    { service: 'cron', state: 'dead', 'active-state': 'inactive', 'unit-state': 'enabled' },
    { service: 'syslog', state: 'dead', 'active-state': 'inactive', 'unit-state': 'not-found' },
  ],
  'node.service-log': [{ t: 'Nov 21 08:00:00 pve1 systemd[1]: chrony.service: Failed with result exit-code.' }],
  'node.updates': [
    { Package: 'proxmox-kernel-6.17', Title: 'Kernel', OldVersion: '6.17.4-1', Version: '6.17.9-1', Origin: 'Proxmox' },
    { Package: 'openssl', Title: 'TLS toolkit', OldVersion: '3.5.1-1', Version: '3.5.1-1+deb13u1', Origin: 'Debian' },
  ],
  'node.changelog': [{ t: 'proxmox-kernel (6.17.9-1) trixie' }, { t: '  * fix a race' }],
  'node.journal': [
    { t: 'Nov 20 09:00:00 pve1 kernel: booted' },
    { t: 'Nov 21 11:00:00 pve1 pvedaemon[1]: hello' },
    { t: `Nov 21 11:30:00 pve1 smartd[8]: sdb \u001B[31m${'unreadable sectors '.repeat(9)}` },
  ],
  'node.rrd': Array.from({ length: 60 }, (_, at) => ({
    time: now - (59 - at) * 60,
    cpu: 0.4,
    iowait: 0.01,
    memused: 2 ** 34,
    memtotal: 2 ** 36,
    netin: 1e6,
    netout: 2e6,
  })),
  'task.list': [
    task('vzdump', '104', 'job errors: storage nas is full'),
    { ...task('qmstart', '200', 'OK'), starttime: now - 30 },
  ],
};

function task(type: string, id: string, status: string) {
  const upid = `UPID:pve1:000003E8:00000001:6B00B7A5:${type}:${id}:root@pam:`;
  return { upid, node: 'pve1', type, id, user: 'root@pam', starttime: now - 600, endtime: now - 500, status };
}

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (
  columns: number,
  rows: number,
  { over = {}, failures = {} }: { over?: AnswerTable; failures?: FailureTable } = {},
) => {
  const { ask, asked } = answering({ ...answers, ...over }, failures);
  const facts = new FactStore();
  screen = await openScreen({ columns, rows }, { session: fakeSession(smallCluster(), { ask, facts }) });
  await screen.press('1');
  return { screen, asked, facts };
};

/** Opens a tab by its name. */
const openTab = async (shown: TestScreen, id: string): Promise<void> => {
  shown.app.details('nodes').choose(id);
  await shown.press();
};

const expectFrame = async (shown: TestScreen, text: string | RegExp): Promise<void> => {
  const frame = (): string => shown.frame();
  if (typeof text === 'string') await expect.poll(frame, { timeout: 10_000 }).toContain(text);
  else await expect.poll(frame, { timeout: 10_000 }).toMatch(text);
};

const fits = (shown: TestScreen, columns: number, rows: number): void => {
  const lines = shown.frame().split('\n');
  expect(lines.length).toBeLessThanOrEqual(rows);
  for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
};

/** What stands beside the list, line by line. */
const pane = (shown: TestScreen): readonly string[] =>
  shown
    .frame()
    .split('\n')
    .slice(2)
    .map((line) => (line.includes('│') ? (line.split('│')[1] ?? '') : line).trim());

const sizes = [
  [80, 24],
  [120, 40],
] as const;

describe.each(sizes)('a node at %i×%i', (columns, rows) => {
  const shows: readonly (readonly [id: string, texts: readonly (string | RegExp)[]])[] = [
    ['summary', ['Proxmox VE 9.2.11', /updates +2 wait/, /support +active, Basic until 2027-03-01/, 'Rack 2, UPS 1']],
    ['disks', [/sdb +✖ failing/, /nvme0n1 +● passed +94%/, 'Samsung 990', /tank +▲ degraded +97%/]],
    ['network', ['▲ changes are not applied yet', /vmbr0 +● up +192\.0\.2\.11\/24/, 'port bond0', /vmbr9 +▲ down/]],
    ['services', ['✖ 1 failed', /chrony +✖ failed/, /cron +▲ dead/, /syslog +○ not installed/]],
    ['updates', ['2 updates: 1 from Proxmox, 1 from Debian', '▲ a new kernel', '3.5.1-1+deb13u1', 'was 3.5.1-1']],
    ['journal', ['newest first', /11:30:00 smartd\[8\]: sdb unreadable/, '11:00:00 pvedaemon[1]: hello']],
    ['graphs', [/cpu +40%/, 'waiting for disks', 'net out']],
    ['tasks', ['✖ 11:50:00', 'job errors: storage nas is full', '● 11:59:30']],
  ];

  it.each(shows)('shows its %s', async (id, texts) => {
    const { screen: shown } = await open(columns, rows);
    if (columns < 110) await shown.press(enter);
    await openTab(shown, id);
    for (const text of texts) await expectFrame(shown, text);
    fits(shown, columns, rows);
  });
});

describe('looking', () => {
  it('asks only what the open tab shows', async () => {
    const { screen: shown, asked } = await open(120, 40);
    await expectFrame(shown, 'Basic until');
    expect(asked).not.toContain('node.disks');
    expect(asked).not.toContain('node.journal');
    await openTab(shown, 'disks');
    await expectFrame(shown, 'failing');
    expect(asked).toContain('node.disks');
    expect(asked).not.toContain('node.services');
  });

  it('asks a node that is away nothing but its history, and says why', async () => {
    const { screen: shown, asked } = await open(120, 40);
    await shown.press('G');
    for (const id of ['disks', 'network', 'services', 'updates', 'journal', 'tasks']) {
      await openTab(shown, id);
      expect(pane(shown).join(' ')).toContain('pve3 is offline: only the node itself knows this');
    }
    await openTab(shown, 'graphs');
    await expectFrame(shown, /cpu +40%/);
    expect(asked.filter((name) => name !== 'node.rrd')).toEqual([]);
  });

  it('says in place what may not be read, and what would allow it', async () => {
    const denied = new ProxdeckError('permission', 'viewer lacks Sys.Modify on /nodes/pve1.', {
      hint: 'pveum acl modify',
    });
    const { screen: shown } = await open(120, 40, { failures: { 'node.updates': denied } });
    await openTab(shown, 'updates');
    await expectFrame(shown, 'viewer lacks Sys.Modify on');
    expect(shown.frame()).toContain('pveum acl modify');
    // The rest of the node is shown as ever.
    await openTab(shown, 'summary');
    await expectFrame(shown, 'Basic until');
  });

  it('does not call it a fault that a node has no ZFS', async () => {
    const none = new ProxdeckError('server', 'zfsutils-linux not installed.');
    const { screen: shown, asked } = await open(120, 40, { failures: { 'node.zfs': none } });
    await openTab(shown, 'disks');
    await expectFrame(shown, 'failing');
    await expect.poll(() => asked).toContain('node.zfs');
    await shown.press();
    expect(shown.frame()).not.toContain('zfs');
  });

  it('tells first what somebody should look at, and Enter goes there', async () => {
    const { screen: shown, facts } = await open(120, 40);
    facts.put([
      { kind: 'disks', subject: 'pve1', at: moment, value: [{ devpath: '/dev/sdb', model: 'WDC', health: 'FAILED!' }] },
      {
        kind: 'certificate',
        subject: 'pve1',
        at: moment,
        value: { notafter: now + 3 * day + 60, filename: 'pve-ssl.pem' },
      },
    ]);
    await expectFrame(shown, '✖ disk /dev/sdb is failing');
    expect(shown.frame()).toContain('▲ its certificate expires in 3 days');
    await shown.press(tab, 'j', enter);
    await expectFrame(shown, /sdb +✖ failing/);
  });
});

describe('going deeper', () => {
  it('shows what a disk says of itself, the worst first', async () => {
    const { screen: shown } = await open(120, 40);
    await openTab(shown, 'disks');
    await expectFrame(shown, 'failing');
    await shown.press(tab, 'j', 'j', 'j', enter);
    await expectFrame(shown, /^\/dev\/sdb +of pve1/m);
    await expectFrame(shown, 'This disk is about to fail');
    const rows = shown.frame().split('\n');
    const at = (name: string): number => rows.findIndex((line) => line.includes(name));
    expect(rows[at('Reallocated Sector Ct')]).toMatch(/✖ at its limit.*1312.*134.*140.*sectors replaced by spare ones/);
    expect(rows[at('Current Pending Sector')]).toContain('▲ counts');
    expect(at('Reallocated Sector Ct')).toBeLessThan(at('Current Pending Sector'));
    expect(at('Current Pending Sector')).toBeLessThan(at('Power On Hours'));
    await shown.press(escape);
    expect(shown.frame()).toMatch(/sdb +✖ failing/);
  });

  it('shows changes of the network that are not applied', async () => {
    const { screen: shown } = await open(120, 40);
    await openTab(shown, 'network');
    await expectFrame(shown, 'not applied');
    await shown.press(tab, enter);
    await expectFrame(shown, '+auto vmbr9');
    expect(shown.styled()).toContain('\u001B[31m-auto vmbr8');
  });

  it('shows what a service wrote', async () => {
    const { screen: shown } = await open(120, 40);
    await openTab(shown, 'services');
    await expectFrame(shown, 'chrony');
    await shown.press(tab, 'j', 'j', 'j', enter);
    await expectFrame(shown, '08:00:00 systemd[1]: chrony.service: Failed');
  });

  it('shows what changed in a package', async () => {
    const { screen: shown } = await open(120, 40);
    await openTab(shown, 'updates');
    await expectFrame(shown, 'openssl');
    await shown.press(tab, 'G', enter);
    await expectFrame(shown, 'openssl  3.5.1-1 to 3.5.1-1+deb13u1');
    await expectFrame(shown, '* fix a race');
  });

  it('cuts a long line of the journal in the pane and shows it whole', async () => {
    const { screen: shown } = await open(120, 40);
    await openTab(shown, 'journal');
    await expectFrame(shown, '11:30:00');
    expect(pane(shown).filter((line) => line.includes('unreadable'))).toHaveLength(3);
    await shown.press(tab, 'j', enter);
    await expectFrame(shown, 'a line of the journal of pve1');
    expect(shown.frame().match(/unreadable sectors/g)).toHaveLength(9);
  });

  it('describes all that is known of a node with d', async () => {
    const { screen: shown } = await open(120, 40);
    await shown.press('d');
    await expectFrame(shown, 'AMD EPYC, 8 cores, 2 sockets');
    await expectFrame(shown, 'secure boot on');
    await expectFrame(shown, /pve-ssl\.pem +● until 2026-12-03, 12 days left/);
    await expectFrame(shown, 'second line');
    await shown.press(escape);
    expect(shown.frame()).toContain('Nodes');
  });

  it('opens the log of a task', async () => {
    const { screen: shown } = await open(120, 40);
    await openTab(shown, 'tasks');
    await expectFrame(shown, 'job errors');
    await shown.press(tab, enter);
    await expectFrame(shown, 'network is up');
  });
});
