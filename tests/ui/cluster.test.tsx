import { afterEach, describe, expect, it } from 'vitest';
import { widthOf } from '../../components/text.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import { answering, type AnswerTable, type FailureTable } from '../support/answers.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const escape = '\u001B';
const tab = '\t';
const now = moment / 1000;

const noCeph = new ProxdeckError('not-found', 'Ceph is not installed here.', { hint: 'Nothing is wrong with that.' });

const answers: AnswerTable = {
  'ha.status': [
    { id: 'quorum', type: 'quorum', node: 'pve1', status: 'OK', quorate: true },
    { id: 'master', type: 'master', node: 'pve1', status: 'pve1 (active, now)', timestamp: now - 4 },
    { id: 'lrm:pve1', type: 'lrm', node: 'pve1', status: 'pve1 (active, watchdog active)', timestamp: now - 3 },
    { id: 'lrm:pve3', type: 'lrm', node: 'pve3', status: 'pve3 (old timestamp - dead?)', timestamp: now - 3600 },
    { id: 'service:ct:104', type: 'service', sid: 'ct:104', node: 'pve1', state: 'started', request_state: 'started' },
    { id: 'service:vm:200', type: 'service', sid: 'vm:200', node: 'pve2', state: 'error', request_state: 'started' },
  ],
  'ha.rules': [
    { rule: 'fast', type: 'node-affinity', resources: 'ct:104', nodes: 'pve1:2,pve2:1', strict: true },
    { rule: 'apart', type: 'resource-affinity', affinity: 'negative', resources: 'ct:104,vm:200' },
  ],
  'replication.list': [
    {
      id: '104-0',
      guest: 104,
      source: 'pve1',
      target: 'pve2',
      last_sync: now - 600,
      next_sync: now + 300,
      fail_count: 0,
    },
    {
      id: '105-0',
      guest: 105,
      source: 'pve2',
      target: 'pve3',
      last_sync: now - 7200,
      next_sync: 0,
      fail_count: 3,
      error: 'ssh to pve3 failed',
    },
  ],
  'replication.log': [{ t: '105-0: start replication job' }, { t: '105-0: end replication job with error: ssh' }],
  'job.list': [
    {
      id: 'nightly',
      type: 'vzdump',
      enabled: true,
      schedule: '02:00',
      pool: 'relay',
      storage: 'nas',
      'next-run': now + 7200,
    },
    { id: 'archive', type: 'vzdump', enabled: false, schedule: 'monthly', all: true, exclude: '900', storage: 'usb' },
    { id: 'sync', type: 'realm-sync', enabled: true, schedule: '04:30', realm: 'ldap', 'next-run': now + 9000 },
  ],
  'job.uncovered': [{ vmid: 131, name: 'frigate', type: 'lxc' }],
  'job.volumes': [
    { vmid: 104, guest: 'relay-dev', key: 'rootfs', volume: 'tank:104', included: true, reason: 'rootfs' },
    { vmid: 104, guest: 'relay-dev', key: 'mp0', volume: 'tank:105', included: false, reason: 'disabled' },
  ],
  'firewall.options': { enable: true, policy_in: 'DROP' },
  'firewall.rules': [
    { pos: 0, type: 'in', action: 'ACCEPT', enable: true, macro: 'SSH', source: '+dc/admins', comment: 'by key only' },
    { pos: 1, type: 'group', action: 'monitoring', enable: true, iface: 'vmbr0' },
    { pos: 2, type: 'in', action: 'DROP', enable: false, proto: 'tcp', dport: '23' },
  ],
  'firewall.groups': [{ group: 'monitoring', comment: 'prometheus may look' }],
  'firewall.aliases': [{ name: 'nas', cidr: '192.0.2.20', comment: 'films' }],
  'firewall.ipsets': [{ name: 'admins', comment: 'may administrate' }],
  'firewall.ipset': [
    { cidr: '192.0.2.50', comment: 'desk' },
    { cidr: '192.0.2.66', nomatch: true },
  ],
  'sdn.zones': [{ zone: 'fabric', type: 'vxlan', mtu: 1450 }],
  'sdn.vnets': [
    { vnet: 'iot', zone: 'fabric', tag: 3000 },
    { vnet: 'guestnet', zone: 'fabric', tag: 3001, state: 'new' },
  ],
  'sdn.subnets': [{ subnet: 'fabric-203.0.113.0-25', cidr: '203.0.113.0/25', gateway: '203.0.113.1', snat: true }],
  'metrics.list': [{ id: 'influx', type: 'influxdb', server: '192.0.2.108', port: 8089, disable: true }],
  'notification.targets': [{ name: 'mail-to-root', type: 'sendmail', origin: 'builtin' }],
  'notification.matchers': [
    { name: 'default-matcher', mode: 'all', target: ['mail-to-root'] },
    { name: 'errors', 'match-severity': ['error,warning'], target: ['phone'], 'invert-match': true },
  ],
  'cluster.options': { keyboard: 'de', migration: { type: 'secure' }, 'tag-style': { 'color-map': 'a:1;b:2' } },
};

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (
  columns: number,
  rows: number,
  { over = {}, failures = { 'ceph.status': noCeph } }: { over?: AnswerTable; failures?: FailureTable } = {},
) => {
  const { ask, asked } = answering({ ...answers, ...over }, failures);
  screen = await openScreen({ columns, rows }, { session: fakeSession(smallCluster(), { ask }) });
  screen.app.show('cluster');
  await screen.press();
  return { screen, asked };
};

const expectFrame = async (shown: TestScreen, text: string | RegExp): Promise<void> => {
  const frame = (): string => shown.frame();
  if (typeof text === 'string') await expect.poll(frame, { timeout: 10_000 }).toContain(text);
  else await expect.poll(frame, { timeout: 10_000 }).toMatch(text);
};

/** Goes to a topic and one of its tabs. */
const goTo = async (shown: TestScreen, topic: string, id?: string): Promise<void> => {
  shown.app.goTo('cluster', { id: topic, ...(id === undefined ? {} : { tab: id }) });
  await shown.press();
};

const fits = (shown: TestScreen, columns: number, rows: number): void => {
  const lines = shown.frame().split('\n');
  expect(lines.length).toBeLessThanOrEqual(rows);
  for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
};

describe('the topics', () => {
  it.each([
    [80, 24],
    [120, 40],
    [200, 60],
  ])('are told at a glance at %i×%i', async (columns, rows) => {
    const { screen: shown } = await open(columns, rows);
    for (const text of [
      /high availability +✖ trouble +2 guests: 1 started, 1 error/,
      /replication +✖ failing +2 jobs, 105-0 failing/,
      /jobs +▲ not all +1 guest in no backup, next in 2h/,
      /ceph +○ not used +Ceph is not installed here/,
      /firewall +● on +in DROP, out ACCEPT/,
      /networks \(sdn\) +▲ not applied +1 to apply/,
      /notifications +● tells +mail-to-root/,
      /metric servers +○ not used +0 of 1 server on/,
      /options +● set +3 options/,
    ])
      await expectFrame(shown, text);
    fits(shown, columns, rows);
  });

  it.each([
    [40, 10],
    [60, 15],
    [90, 40],
  ])('keep within %i×%i, their tabs too', async (columns, rows) => {
    const { screen: shown } = await open(columns, rows);
    await expectFrame(shown, /high availability +✖ trouble/);
    fits(shown, columns, rows);
    for (const key of [enter, ']', ']', ']', 'd', escape]) {
      await shown.press(key);
      fits(shown, columns, rows);
    }
  });

  it('are asked only for what is seen', async () => {
    const { screen: shown, asked } = await open(120, 40);
    await expectFrame(shown, 'not all');
    expect(asked).not.toContain('ha.rules');
    expect(asked).not.toContain('firewall.rules');
    await goTo(shown, 'ha', 'ha-rules');
    await expectFrame(shown, 'apart');
    expect(asked).toContain('ha.rules');
  });

  it('say when one may not be read, and why, and leave the others alone', async () => {
    const denied = new ProxdeckError('permission', 'viewer lacks Sys.Audit on /.', { hint: 'pveum acl modify /' });
    const { screen: shown } = await open(120, 40, { failures: { 'ha.status': denied, 'ceph.status': noCeph } });
    await expectFrame(shown, /high availability +⚿ not allowed +viewer lacks Sys\.Audit on \//);
    await expectFrame(shown, 'pveum acl modify /');
    await expectFrame(shown, /firewall +● on/);
  });

  it('show only those in trouble with !, as they change', async () => {
    const { screen: shown } = await open(120, 40);
    await expectFrame(shown, 'in DROP');
    await expectFrame(shown, '1 to apply');
    await shown.press('!');
    expect(shown.frame()).toMatch(/replication +✖ failing/);
    expect(shown.frame()).not.toMatch(/options +● set/);
    await shown.press(escape);
    expect(shown.frame()).toMatch(/options +● set/);
  });

  it('warn where nothing is in use that ought to be', async () => {
    const { screen: shown } = await open(120, 40, {
      over: {
        'firewall.options': {},
        'ha.status': [],
        'replication.list': [],
        'job.list': [],
        'notification.targets': [],
      },
    });
    await expectFrame(shown, /high availability +○ not used/);
    await expectFrame(shown, /replication +○ not used +no guest is replicated/);
    await expectFrame(shown, /jobs +○ not used/);
    await expectFrame(shown, /firewall +▲ off/);
    await expectFrame(shown, /notifications +▲ silent/);
  });

  it('have no quorum before anything else', async () => {
    const { screen: shown } = await open(120, 40, {
      over: { 'ha.status': [{ id: 'quorum', type: 'quorum', quorate: false, status: 'No quorum on node' }] },
    });
    await expectFrame(shown, /high availability +✖ no quorum/);
  });
});

describe.each([
  [80, 24],
  [120, 40],
])('their tabs at %i×%i', (columns, rows) => {
  const shows: readonly (readonly [topic: string, id: string, texts: readonly (string | RegExp)[]])[] = [
    ['ha', 'ha-guests', [/vm:200 +windows-11 +✖ error/, /ct:104 +relay-dev +● started/]],
    ['ha', 'ha-managers', [/on node +pve3 +✖ dead +1h ago/, /quorum +pve1 +● quorate/]],
    ['ha', 'ha-rules', [/fast +ct:104 on pve1, then pve2/, /apart +ct:104, vm:200 never/]],
    [
      'replication',
      'replication-jobs',
      [/105-0 +relay-db +✖ failing +/, /failed 3×, last in step 2h ago:/, /104-0 .*10m +5m/],
    ],
    [
      'jobs',
      'jobs-scheduled',
      [/nightly +● on +02:00/, 'pool relay, 2 guests', /archive +○ off/, 'users of realm ldap'],
    ],
    ['jobs', 'jobs-uncovered', ['▲ no job takes 1 guest', /131 +frigate/]],
    ['ceph', 'ceph-status', ['Ceph is not installed here.', 'Nothing is wrong with that.']],
    [
      'firewall',
      'firewall-rules',
      [/0 +● on +in +ACCEPT +SSH/, 'from +dc/admins to here: by key only', /2 +○ off +in +DROP +tcp 23/],
    ],
    ['firewall', 'firewall-options', ['● on', /incoming +DROP/, /outgoing +ACCEPT \(usual\)/]],
    ['firewall', 'firewall-aliases', [/nas +192\.0\.2\.20/]],
    ['sdn', 'sdn-zones', [/fabric +● applied +vxlan/]],
    ['sdn', 'sdn-vnets', [/guestnet +▲ new +fabric/]],
    ['notifications', 'notification-matchers', [/default-matcher .*everything/, /errors .*all but/]],
    ['metrics', 'metrics-servers', [/influx +○ off/, '192.0.2.108:8089']],
    ['options', 'options-all', [/keyboard +de/, /migration type +secure/, /tag-style color-map +2 tags/]],
  ];

  it.each(shows)('%s: %s', async (topic, id, texts) => {
    const { screen: shown } = await open(columns, rows);
    await goTo(shown, topic, id);
    if (columns < 110) await shown.press(enter);
    for (const text of texts) await expectFrame(shown, text);
    fits(shown, columns, rows);
  });
});

describe('going deeper', () => {
  it('opens a group of firewall rules from the rule that names it', async () => {
    const { screen: shown } = await open(120, 40);
    await goTo(shown, 'firewall', 'firewall-rules');
    await expectFrame(shown, 'monitoring');
    await shown.press(tab, 'j', 'j', 'j', enter);
    await expectFrame(shown, 'rules of monitoring');
    expect(shown.frame()).toMatch(/action +monitoring/);
  });

  it('opens the addresses of an IP set', async () => {
    const { screen: shown } = await open(120, 40);
    await goTo(shown, 'firewall', 'firewall-ipsets');
    await expectFrame(shown, 'may administrate');
    await shown.press(tab, 'j', enter);
    await expectFrame(shown, /192\.0\.2\.66 +except this/);
  });

  it('opens the last run of a replication job', async () => {
    const { screen: shown } = await open(120, 40);
    await goTo(shown, 'replication');
    await expectFrame(shown, '105-0');
    await shown.press(tab, 'j', enter);
    await expectFrame(shown, 'end replication job with error');
    expect(shown.frame()).toContain('ssh to pve3 failed');
  });

  it('opens what a backup job takes and leaves out', async () => {
    const { screen: shown } = await open(120, 40);
    await goTo(shown, 'jobs');
    await expectFrame(shown, 'nightly');
    await shown.press(tab, 'j', enter);
    await expectFrame(shown, '2 disks, 1 left out');
    expect(shown.frame()).toMatch(/104 relay-dev +mp0 +○ no +disabled/);
  });

  it('opens the subnets of a network', async () => {
    const { screen: shown } = await open(120, 40);
    await goTo(shown, 'sdn', 'sdn-vnets');
    await expectFrame(shown, 'iot');
    await shown.press(tab, 'j', enter);
    await expectFrame(shown, /203\.0\.113\.0\/25 .*203\.0\.113\.1 .*translated/);
  });

  it('goes to a guest that no backup takes', async () => {
    const { screen: shown } = await open(120, 40);
    await goTo(shown, 'jobs', 'jobs-uncovered');
    await expectFrame(shown, 'frigate');
    await shown.press(tab, 'G', enter);
    await expectFrame(shown, 'Guests');
    expect(shown.app.list('guests', () => expect.unreachable()).current()).toMatchObject({ vmid: 131 });
  });

  it('shows a topic on the whole body with d', async () => {
    const { screen: shown } = await open(120, 40);
    await goTo(shown, 'firewall', 'firewall-rules');
    await expectFrame(shown, 'SSH');
    await shown.press('d');
    await expectFrame(shown, /^firewall +rules/m);
    await expectFrame(shown, /0 +● on +in +ACCEPT +SSH +\+dc\/admins +here +by key only/);
  });

  it('shows Ceph where there is some: health first, OSDs as a tree, pools', async () => {
    const { screen: shown } = await open(120, 40, {
      over: {
        'ceph.status': {
          health: {
            status: 'HEALTH_WARN',
            checks: { OSD_DOWN: { severity: 'HEALTH_WARN', summary: { message: '1 osds down' } } },
          },
          osdmap: { num_osds: 3, num_up_osds: 2, num_in_osds: 3 },
          pgmap: { bytes_used: 50, bytes_total: 100 },
        },
        'ceph.osds': [
          { name: 'pve1', type: 'host', depth: 0 },
          { name: 'osd.0', type: 'osd', depth: 1, status: 'down', percent_used: 91 },
        ],
        'ceph.pools': [{ pool_name: 'vms', size: 3, min_size: 2, percent_used: 0.5, bytes_used: 2 ** 40 }],
      },
      failures: {},
    });
    await expectFrame(shown, /ceph +▲ warning +1 osds down/);
    await goTo(shown, 'ceph', 'ceph-status');
    await expectFrame(shown, '2 of 3 OSDs up, 3 in');
    await goTo(shown, 'ceph', 'ceph-osds');
    await expectFrame(shown, / {2}osd\.0 +✖ down +91%/);
    await goTo(shown, 'ceph', 'ceph-pools');
    await expectFrame(shown, /vms +50% +1\.0 TB +3, min 2/);
  });
});
