import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openState } from '../../../src/state/state.ts';
import { askingOf, type Asking } from '../../support/asking.ts';
import { emptyFolder } from '../state/folder.ts';

const fixture = `
nodes:
  pve1:
    disks: [{ devpath: /dev/sda, type: hdd, size: 1, model: WD40, serial: x, health: FAILED, wearout: N/A, rpm: 0, gpt: 1, osdid: -1 }]
  pve2: { online: false, uptime: 14m }
storages:
  nas:
    config: { type: nfs, server: 192.0.2.20, export: /v, content: 'backup,iso' }
    places:
      shared:
        total: 1000G
        used: 900G
        growth: 25G
        volumes:
          'nas:backup/vzdump-lxc-101-{1d}.tar.zst': { size: 10M }
          'nas:backup/vzdump-lxc-102-{12d}.tar.zst': { size: 10M }
guests:
  101: { type: lxc, node: pve1, config: { hostname: web } }
  102: { type: lxc, node: pve1, config: { hostname: db } }
  103: { type: lxc, node: pve1, config: { hostname: cache } }
  300: { type: lxc, node: pve2, config: { hostname: far } }
tasks:
  - node: pve1
    type: vzdump
    id: 101
    ago: 2h
    seconds: 60
    status: job errors
    log: ["INFO: creating vzdump archive '/mnt/pve/nas/dump/x.tar'", 'INFO: tar: No space left on device', 'INFO: Backup job finished with errors']
users:
  eve@pve: { tokens: { look: { secret: 00000000-0000-4000-8000-000000000001, privsep: false } } }
acl:
  - { path: /vms/101, user: eve@pve, role: PVEAuditor }
`;
const eve = 'eve@pve!look=00000000-0000-4000-8000-000000000001';

let lab: Asking;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-overview-'));
  lab = await askingOf(fixture, folder);
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('overview', () => {
  it('tells what needs a person, the worst first, with the reason out of the log', async () => {
    const faults = await lab.ask('cluster.overview', {});
    expect(
      faults.map(({ severity, subject, text }) => `${severity} ${subject}: ${text.replace(/ at \d\d:\d\d/, '')}`),
    ).toEqual([
      'error pve2: is unreachable; 1 guest with it',
      'error pve1: disk /dev/sda is failing: SMART says FAILED (WD40)',
      'error nas: 90% used, full in about 4 days (+25 GB a day)',
      expect.stringMatching(/^error 101 web: backup failed.*: storage nas is full$/),
      'warn 2 guests: never backed up: cache, 300; no job covers them',
      'warn 102 db: last backup is 12d old',
    ]);
    expect(faults[4]).toMatchObject({ kind: 'never-backed-up', vmids: [103, 300] });
    expect(Math.abs((faults[4]?.at ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });

  it('keeps what it found out for the next look', async () => {
    await lab.ask('cluster.overview', {});
    const state = await openState(path.join(folder, 'state.db'));
    const kept = await state.facts.load({ contextName: 'lab', address: lab.simulator.url });
    await state.close();
    expect(kept.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(
      expect.arrayContaining(['backups nas', 'trend nas', 'disks pve1', 'quorum ', 'uncovered ', 'version pve1']),
    );
    expect(kept.filter(({ subject }) => subject === 'pve2')).toEqual([]);
  });

  it('says nothing that a narrow login cannot know', async () => {
    const other = await askingOf(fixture, emptyFolder());
    onTestFinished(() => other[Symbol.asyncDispose]());
    const faults = await other.ask('cluster.overview', {}, eve);
    expect(faults.map(({ kind }) => kind)).toEqual(['node-away']);
  });
});

describe('the end of a log', () => {
  it('is as many lines as wanted, of a long and of a short one', async () => {
    const [task] = await lab.ask('task.list', { errors: true });
    const lines = await lab.ask('task.tail', { upid: task?.upid ?? '', lines: 2 });
    expect(lines.map(({ t }) => t)).toEqual(['INFO: Backup job finished with errors', 'TASK ERROR: job errors']);
    expect(await lab.ask('task.tail', { upid: task?.upid ?? '', lines: 100 })).toHaveLength(4);
  });
});

describe('audit', () => {
  it('lists what was done, once each, newest first, and only here when wanted', async () => {
    await lab.ask('guest.start', { guests: ['102'] });
    const state = await openState(path.join(folder, 'state.db'));
    const old = { at: 1000, who: 'ada', context: 'other', operation: 'guest.stop', input: {}, durationMs: 5 };
    await state.audit.append({ ...old, result: 'started' });
    await state.close();
    const rows = await lab.ask('audit.list', {});
    expect(rows.filter(({ operation }) => operation === 'guest.start').map(({ result }) => result)).toContain('ok');
    expect(rows.filter(({ result }) => result === 'started').map(({ context }) => context)).toEqual(['other']);
    expect((await lab.ask('audit.list', { here: true })).every(({ context }) => context === 'lab')).toBe(true);
    expect(await lab.ask('audit.list', { limit: 1 })).toHaveLength(1);
  });
});
