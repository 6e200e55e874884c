import { afterEach, describe, expect, it } from 'vitest';
import type { CallLog, CallRecord } from '../../src/proxmox/types.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';

const call = (id: number, over: Partial<CallRecord> = {}): CallRecord => ({
  id,
  at: moment - 60_000 + id * 1000,
  method: 'GET',
  path: `/cluster/resources`,
  parameters: {},
  address: 'pve1:8006',
  status: 200,
  durationMs: 12,
  origin: 'poll',
  ...over,
});

const fakeCalls = (first: readonly CallRecord[]) => {
  const listeners = new Set<() => void>();
  let records = first;
  const log: CallLog = {
    get records() {
      return records;
    },
    perMinute: () => ({ poll: 1, person: 0 }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    log,
    listeners,
    add: (record: CallRecord) => {
      records = [...records, record];
      for (const listener of listeners) listener();
    },
  };
};

const refused = call(2, {
  method: 'POST',
  path: '/nodes/pve1/lxc/104/config',
  parameters: { password: '••••', description: "it's $(id)" },
  status: 403,
  durationMs: 2310,
  origin: 'person',
});

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (columns = 120, rows = 40) => {
  const calls = fakeCalls([call(1), refused, call(3, { path: '/cluster/tasks' })]);
  screen = await openScreen({ columns, rows }, { session: fakeSession(smallCluster(), { calls: calls.log }) });
  await screen.press('@');
  await expect.poll(() => selectedRow(), { timeout: 10_000 }).toContain('/cluster/tasks');
  return { shown: screen, calls };
};

const selectedRow = (): string =>
  screen
    ?.frame()
    .split('\n')
    .find((line) => line.startsWith('▸')) ?? '';

const copied = (shown: TestScreen): string =>
  Buffer.from(shown.emitted.at(-1)?.split(';')[2] ?? '', 'base64').toString();

describe('the command log', () => {
  it.each([
    [80, 24],
    [120, 40],
  ])('shows each call with what came of it at %i×%i', async (columns, rows) => {
    const { shown } = await open(columns, rows);
    expect(shown.frame()).toMatch(/GET +\/cluster\/resources +● 200 +12 +poll/);
    expect(shown.frame()).toMatch(/POST +\/nodes\/pve1\/lxc\/104\/\S+ +✖ 403 +2310 +person/);
  });

  it('follows the newest until one moves up, and again from the end on', async () => {
    const { shown, calls } = await open();
    calls.add(call(4, { path: '/nodes/pve2/status', origin: 'person' }));
    await settle();
    expect(selectedRow()).toContain('/nodes/pve2/status');
    await shown.press('k', 'k');
    calls.add(call(5, { path: '/version' }));
    await settle();
    expect(selectedRow()).toContain('/lxc/104/conf');
    await shown.press('f');
    expect(selectedRow()).toContain('/version');
    calls.add(call(6, { path: '/pools' }));
    await settle();
    expect(selectedRow()).toContain('/pools');
  });

  it('copies as pvesh, curl and Proxdeck, never with a secret', async () => {
    const { shown } = await open();
    await shown.press('k', 'c');
    expect(copied(shown)).toBe(
      String.raw`pvesh create /nodes/pve1/lxc/104/config --password "$PROXDECK_PASSWORD" --description 'it'\''s $(id)'`,
    );
    expect(shown.frame()).toContain('set PROXDECK_PASSWORD');
    await shown.press('x', 'c');
    expect(copied(shown)).toContain('"Authorization: PVEAPIToken=$PROXDECK_TOKEN"');
    expect(copied(shown)).toContain('https://pve1:8006/api2/json/nodes/pve1/lxc/104/config');
    await shown.press('x', 'd');
    expect(copied(shown)).toContain('proxdeck api post /nodes/pve1/lxc/104/config');
    expect(shown.emitted.join('')).not.toContain('••••');
  });

  it('copies the curl line of the last call in three keys', async () => {
    const { shown } = await open(80, 24);
    await shown.press('x', 'c');
    expect(copied(shown)).toMatch(/^curl .*\/api2\/json\/cluster\/tasks$/);
  });

  it('is narrowed by who asked, and to what failed', async () => {
    const { shown } = await open();
    await shown.press('/', 'origin:person', enter);
    expect(shown.frame()).not.toContain('/cluster/resources ');
    await shown.press('\u001B', '!');
    expect(shown.frame()).toContain('/lxc/104/');
    expect(shown.frame()).not.toContain('/cluster/resources ');
  });

  it('listens only while it is shown', async () => {
    const { shown, calls } = await open();
    expect(calls.listeners.size).toBe(1);
    await shown.press('2');
    expect(calls.listeners.size).toBe(0);
  });
});

const enter = '\r';
