import { afterEach, describe, expect, it } from 'vitest';
import { parseAccess, roleOf } from '../../src/config/access.ts';
import { learnedRole } from '../../src/faces/tui/forbidding.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import { operations } from '../../src/operations/catalog.ts';
import type { Permissions } from '../../src/operations/privileges.ts';
import { answering, type AnswerTable, type FailureTable } from '../support/answers.ts';
import { aNode, fakeSession, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

/** What can be done with nodes: the menu, and moving guests away. */

const enter = '\r';
const escape = '\u001B';
const tab = '\t';
const down = '\u001B[B';

const answers: AnswerTable = {
  'node.show': aNode('pve1'),
  'node.evacuation': [
    { vmid: 104, name: 'relay-dev', type: 'lxc', status: 'running', target: 'pve2', how: 'restart' },
    { vmid: 140, name: 'nas-sync', type: 'lxc', status: 'stopped', target: 'pve2', how: 'off' },
    {
      vmid: 131,
      name: 'frigate',
      type: 'lxc',
      status: 'running',
      how: 'stays',
      reason: '131 frigate uses a device of pve1.',
    },
  ],
};

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (
  [columns, rows]: readonly [number, number] = [120, 40],
  { permissions, failures = {} }: { readonly permissions?: Permissions; readonly failures?: FailureTable } = {},
) => {
  const { ask } = answering(answers, failures);
  const session = fakeSession(smallCluster(), { ask, permissions: () => permissions });
  screen = await openScreen({ columns, rows }, { session });
  await screen.press('1');
  return { shown: screen, session };
};

const sizes: readonly (readonly [number, number])[] = [
  [80, 24],
  [120, 40],
];

describe('the menu of a node', () => {
  it.each(sizes)('tells what goes down with it, and every no with its reason, at %i×%i', async (columns, rows) => {
    const { shown, session } = await open([columns, rows]);
    await shown.press('x');
    expect(shown.frame()).toMatch(/evacuate… +moves its guests to other nodes +e/);
    expect(shown.frame()).toMatch(/reboot… +\d+ guests go down with it +r/);
    expect(shown.frame()).toMatch(/wake +is online/);
    await shown.press('r');
    expect(session.ran).toEqual([{ name: 'node.reboot', input: { node: 'pve1' } }]);
    await shown.press('G', 'x');
    expect(shown.frame()).toMatch(/shut down… +is offline/);
    expect(shown.frame()).toMatch(/evacuate… +is offline: nothing can be moved from it/);
    await shown.press('w');
    expect(session.ran.at(-1)).toEqual({ name: 'node.wake', input: { node: 'pve3' } });
  });

  it('names the privilege that is missing', async () => {
    const { shown, session } = await open(undefined, { permissions: { '/': { 'Sys.Audit': 1 } } });
    await shown.press('x');
    expect(shown.frame()).toMatch(/shut down… +needs Sys\.PowerMgmt on \/nodes\/pve1/);
    await shown.press('d');
    expect(session.ran).toEqual([]);
  });
});

describe('a role of Proxdeck’s own', () => {
  it('stands in the menu where it forbids, and pools of guests bind no node', async () => {
    const { shown, session } = await open();
    const rules = 'people:\n  ada: dev\nroles:\n  dev:\n    may: [guest.*]\n    pools: [dev]\n';
    const known = parseAccess(
      rules,
      '/home/ada/access.yaml',
      operations.map(({ name }) => name),
    );
    Object.assign(session, { forbids: learnedRole(async () => roleOf(known, 'ada', 'homelab')) });
    await shown.press('x', escape, 'x');
    expect(shown.frame()).toMatch(/reboot… +the role dev may not \(access\.yaml:5\)/);
    expect(shown.frame()).toMatch(/new guest… +container or VM on this node/);
  });
});

describe('moving guests away', () => {
  it.each(sizes)('tells what goes where and what stays, before it is done, at %i×%i', async (columns, rows) => {
    const { shown, session } = await open([columns, rows]);
    await shown.press('x', 'e');
    await expect
      .poll(() => shown.frame(), { timeout: 10_000 })
      .toContain('2 guests move, 1 cannot, 8.0 GB of memory go along');
    expect(shown.frame()).toMatch(/▲ +131 +frigate +stays: 131 frigate uses a device of pve1/);
    expect(shown.frame()).toMatch(/104 +relay-dev +pve2 +is stopped, copied, started again/);
    expect(shown.frame()).toMatch(/pve3 +is offline/);
    await shown.press(down, tab, ' ', enter, enter);
    expect(session.ran).toEqual([{ name: 'node.evacuate', input: { node: 'pve1', target: 'pve2', running: true } }]);
  });

  it('says why nothing can move', async () => {
    const { shown } = await open(undefined, {
      failures: { 'node.evacuation': new ProxdeckError('conflict', 'No other node is online.') },
    });
    await shown.press('x', 'e');
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toContain('No other node is online.');
    await shown.press(escape);
  });
});
