import { afterEach, describe, expect, it } from 'vitest';
import { widthOf } from '../../components/text.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import { reaches } from '../../src/operations/abilities.ts';
import type { Permissions } from '../../src/operations/privileges.ts';
import { answering, type AnswerTable, type FailureTable } from '../support/answers.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const escape = '\u001B';
const now = moment / 1000;
const day = 86_400;

/** A viewer of guests that may start two of them. */
const permissions: Permissions = {
  '/vms': { 'VM.Audit': 1 },
  '/vms/104': { 'VM.Audit': 1, 'VM.PowerMgmt': 1 },
  '/vms/105': { 'VM.Audit': 1, 'VM.PowerMgmt': 0 },
  '/vms/118': { 'VM.Audit': 1 },
  '/access/groups': { 'Sys.Audit': 1 },
};

const place = '/home/ben/.config/proxdeck/access.yaml';
const mine = (limited: boolean): NonNullable<AnswerTable['access.role']> => ({
  ...(limited && { role: 'developer', pools: ['dev'] }),
  place: limited ? `${place}:2` : place,
  limited,
  bounds: limited ? ['a guest: 4 cores, 8.0 GB of memory'] : [],
  operations: [
    { operation: 'guest.start', summary: 'Start guests', may: true, why: limited ? 'in dev' : '' },
    {
      operation: 'guest.delete',
      summary: 'Destroy guests with their disks',
      may: !limited,
      why: limited ? `guest.delete is not allowed to the role developer (${place}:4).` : '',
    },
  ],
});

const answers: AnswerTable = {
  'access.role': mine(false),
  'access.show': { login: 'ben@pve!look', userid: 'ben@pve' },
  'access.may': reaches(permissions),
  'access.permissions': permissions,
  'access.users': [
    { userid: 'root@pam', enable: true, expire: 0, groups: [], tokens: [], tfa: ['totp'], 'realm-type': 'pam' },
    {
      userid: 'ben@pve',
      enable: true,
      expire: now + 9 * day,
      groups: ['viewers'],
      tokens: [{ tokenid: 'look', privsep: true, expire: 0 }],
      tfa: [],
      comment: 'looks \u001B[2Jat his game server',
    },
    { userid: 'guest@pve', enable: false, expire: 0, groups: [], tokens: [], tfa: [] },
    { userid: 'temp@pve', enable: true, expire: now - day, groups: [], tokens: [], tfa: [] },
  ],
  'access.tokens': [
    { id: 'ben@pve!look', userid: 'ben@pve', tokenid: 'look', privsep: true, expire: 0, comment: 'a viewer' },
    { id: 'root@pam!all', userid: 'root@pam', tokenid: 'all', privsep: false, expire: now - day },
  ],
  'access.groups': [{ groupid: 'viewers', users: ['ben@pve'], comment: 'May look' }],
  'access.roles': [
    { roleid: 'PVEAuditor', privs: ['VM.Audit', 'Sys.Audit', 'Datastore.Audit'], special: true },
    { roleid: 'Starter', privs: ['VM.Audit', 'VM.PowerMgmt'], special: false },
    { roleid: 'PVEVMAdmin', privs: ['VM.Audit', 'VM.PowerMgmt', 'VM.Console', 'VM.Migrate'], special: true },
  ],
  'access.acl': [
    { path: '/vms', type: 'group', ugid: 'viewers', roleid: 'PVEAuditor', propagate: true },
    { path: '/vms/104', type: 'token', ugid: 'ben@pve!look', roleid: 'Starter', propagate: false },
  ],
  'pool.list': [{ poolid: 'relay', comment: 'the relay stack', vms: [104, 105] }],
  'pool.show': [],
  'access.realms': [
    { realm: 'pve', type: 'pve', default: true, comment: 'Proxmox VE authentication server' },
    { realm: 'sso', type: 'openid', tfa: 'totp' },
  ],
};

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (columns: number, rows: number, failures: FailureTable = {}) => {
  const { ask, asked } = answering(answers, failures);
  screen = await openScreen({ columns, rows }, { session: fakeSession(smallCluster(), { ask }) });
  await screen.press('9');
  return { screen, asked };
};

const expectFrame = async (shown: TestScreen, text: RegExp): Promise<void> => {
  await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(text);
};

/** Everything right of the list, without the breaks of its lines. */
const details = (shown: TestScreen): string =>
  shown
    .frame()
    .split('\n')
    .map((line) => line.split('│')[1]?.trim() ?? '')
    .filter((line) => line !== '')
    .join(' ');

const expectDetails = async (shown: TestScreen, text: string | RegExp): Promise<void> => {
  await expect.poll(() => details(shown), { timeout: 10_000 }).toMatch(text);
};

/** Turns so many sections on. */
const turn = (shown: TestScreen, count: number) => shown.press(...Array.from({ length: count }, () => ']'));

describe('what this login may do', () => {
  it.each([
    [80, 24],
    [120, 40],
    [200, 60],
  ])('says first what it may not, and why, at %i×%i', async (columns, rows) => {
    const { screen: shown } = await open(columns, rows);
    await expectFrame(shown, /✖ no +open consoles/);
    const frame = shown.frame();
    expect(frame).toContain('as ben@pve!look');
    expect(frame).toMatch(/✖ no +open consoles of guests +VM\.Console/);
    for (const line of frame.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
    await shown.press('G');
    await expectFrame(shown, /● yes +see/);
  });

  it('names the places where it may, and how to get the rest', async () => {
    const { screen: shown } = await open(120, 40);
    await shown.press('/start', enter);
    await expectFrame(shown, /partly +start, stop/);
    await expectFrame(shown, /pveum acl modify/);
    expect(shown.frame()).toContain('only 104, 105');
    await expectDetails(shown, '104 relay-dev 105 relay-db');
    await expectDetails(shown, 'Starter, PVEVMAdmin');
    await expectDetails(shown, "--roles Starter --users ben@pve --tokens 'ben@pve!look'");
  });

  it('shows only what is missing on !', async () => {
    const { screen: shown } = await open(120, 40);
    await shown.press('/guests', enter);
    await expectFrame(shown, /see guests/);
    await shown.press('!');
    expect(shown.frame()).not.toContain('see guests and');
    expect(shown.frame()).toContain('migrate guests');
  });

  it('shows privileges as a tree of paths', async () => {
    const { screen: shown } = await open(120, 40);
    await turn(shown, 1);
    await expectFrame(shown, /\/104 relay-dev/);
    expect(shown.frame()).toMatch(/\n▸ +\/access\/groups +1 +too/);
    // A path that holds what it has from above anyway says nothing.
    expect(shown.frame()).not.toContain('/118');
    expect(shown.frame()).toMatch(/\/105 relay-db +2 +partly +VM 2/);
    await shown.press('G');
    await expectDetails(shown, /holds on \/vms\/105 itself, not below VM +PowerMgmt/);
  });
});

describe('who there is', () => {
  it('tells of users their state, second factor and expiry', async () => {
    const { screen: shown } = await open(120, 40);
    await turn(shown, 2);
    await expectFrame(shown, /guest@pve/);
    expect(shown.frame()).toMatch(/root@pam +● enabled +totp +never/);
    expect(shown.frame()).toMatch(/ben@pve +● enabled +none +in 9d +viewers/);
    expect(shown.frame()).toMatch(/guest@pve +○ disabled/);
    expect(shown.frame()).toMatch(/temp@pve +✖ expired/);
    await expectDetails(shown, 'may do everything, without any rule');
    await shown.press('j');
    await expectDetails(shown, 'PVEAuditor on /vms through viewers');
    expect(shown.styled()).not.toContain('\u001B[2J');
    await shown.press('!');
    expect(shown.frame()).toContain('temp@pve');
    expect(shown.frame()).not.toContain('root@pam +●');
  });

  it('warns of tokens that are as mighty as their user', async () => {
    const { screen: shown } = await open(120, 40);
    await turn(shown, 3);
    await expectFrame(shown, /root@pam!all +as its user +1d ago/);
    await expectDetails(shown, 'Starter on /vms/104 only, not below');
    await shown.press('j');
    await expectDetails(shown, 'everything that its user may');
  });

  it('shows groups, roles, rules, pools and realms', async () => {
    const { screen: shown } = await open(120, 40);
    await turn(shown, 4);
    await expectFrame(shown, /viewers +1 +ben@pve/);
    await turn(shown, 1);
    await expectFrame(shown, /Starter +own +2/);
    await expectDetails(shown, 'viewers on /vms');
    await turn(shown, 1);
    await expectFrame(shown, /\/vms\/104 +ben@pve!look +Starter +no/);
    await turn(shown, 1);
    await expectFrame(shown, /relay +2 +the relay stack/);
    await turn(shown, 1);
    await expectFrame(shown, /sso +openid/);
    await expectDetails(shown, 'guest@pve');
    await turn(shown, 2);
    await expectFrame(shown, /open consoles/);
  });

  it('asks only for the section that is seen', async () => {
    const { screen: shown, asked } = await open(80, 24);
    await expectFrame(shown, /open consoles/);
    expect(new Set(asked)).toEqual(new Set(['access.may', 'access.show', 'access.role']));
  });

  it('says in place what this login is not told, and goes back with Esc', async () => {
    const { screen: shown } = await open(120, 40, {
      'access.users': new ProxdeckError('permission', 'ben@pve!look lacks Sys.Audit on /access/groups.', {
        hint: 'Grant it on a node of the cluster.',
      }),
    });
    await turn(shown, 2);
    await expectFrame(shown, /lacks Sys\.Audit on \/access\/groups/);
    expect(shown.frame()).toContain('Grant it on a node of the cluster.');
    await turn(shown, 1);
    await expectFrame(shown, /ben@pve!look +its own/);
    await shown.press(enter);
    await shown.press(escape, '/all', enter);
    expect(shown.frame()).not.toContain('ben@pve!look  its own');
    await shown.press(escape);
    await expectFrame(shown, /ben@pve!look +its own/);
  });
});

describe('actions on guests', () => {
  it('says what they take before anything is sent', async () => {
    const session = fakeSession(smallCluster(), { permissions: () => permissions });
    screen = await openScreen({ columns: 120, rows: 40 }, { session });
    await screen.press('/frigate', enter, 'x');
    expect(screen.frame()).toMatch(/shut down +needs VM\.PowerMgmt on \/vms\/131/);
    await screen.press('d', 'p', 'r');
    expect(session.ran).toEqual([]);
    await screen.press(escape, escape, '/relay-dev', enter, 'x');
    expect(screen.frame()).toMatch(/shut down +gently/);
    await screen.press('d');
    expect(session.ran).toEqual([{ name: 'guest.shutdown', input: { guests: ['104'] } }]);
  });

  it('leaves it to the server as long as nothing is known', async () => {
    const session = fakeSession(smallCluster());
    screen = await openScreen({ columns: 120, rows: 40 }, { session });
    await screen.press('x', 'd');
    expect(session.ran).toHaveLength(1);
  });
});

describe('what Proxdeck lets one do here', () => {
  it.each([
    [80, 24],
    [120, 40],
  ])('says which role, where it is written and why not, at %i×%i', async (columns, rows) => {
    const { ask } = answering({ ...answers, 'access.role': mine(true) });
    const shown = (screen = await openScreen({ columns, rows }, { session: fakeSession(smallCluster(), { ask }) }));
    await shown.press('9', '[');
    await expectFrame(shown, /guest\.delete/);
    const [first, second] = shown
      .frame()
      .split('\n')
      .filter((line) => /guest\.(?:start|delete)/.test(line) && /yes|no /.test(line));
    expect(first).toMatch(/no .*guest\.delete/);
    expect(second).toMatch(/yes .*guest\.start/);
    expect(shown.frame()).toContain('role developer');
    await shown.press(enter);
    await expectFrame(shown, /Proxdeck does not let you do this here/);
    await expectFrame(shown, /access\.yaml:4/);
  });

  it('says that nobody is limited where there are no rules', async () => {
    const { screen: shown } = await open(120, 40);
    await shown.press('[');
    await expectFrame(shown, /nobody is limited here/);
    expect(shown.frame()).not.toContain('role developer');
  });
});
