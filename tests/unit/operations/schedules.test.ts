import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../../src/models/error.ts';
import { loadOperation } from '../../../src/operations/catalog.ts';
import { performed, preview } from '../../../src/operations/runner.ts';
import { markOf, rotationOf, snapshotNameOf } from '../../../src/operations/schedules/rotation.ts';
import { timerUnits } from '../../../src/operations/schedules/timer.ts';
import { openSession } from '../../../src/operations/session.ts';
import { askingOf, type Asking } from '../../support/asking.ts';

const day = 86_400;
/** 2026-11-21 at noon here. */
const noon = new Date(2026, 10, 21, 12, 0, 0).getTime() / 1000;
const own = (seconds: number, schedule = 'nightly') => ({
  name: snapshotNameOf(schedule, seconds),
  snaptime: seconds,
  description: `${markOf(schedule)}\n`,
});

describe('what is due by a schedule', () => {
  it('is one snapshot in each of the shortest periods that are kept', () => {
    const daily = { keep: { daily: 3 } };
    expect(rotationOf('nightly', daily, [], noon)).toEqual({ take: 'nightly_20261121_1200', remove: [] });
    expect(rotationOf('nightly', daily, [own(noon - 3600)], noon).take).toBeUndefined();
    expect(rotationOf('nightly', daily, [own(noon - day)], noon).take).toBe('nightly_20261121_1200');
    const hourly = { keep: { hourly: 3, daily: 3 } };
    expect(rotationOf('nightly', hourly, [own(noon - 1800)], noon).take).toBe('nightly_20261121_1200');
    expect(rotationOf('nightly', { keep: { weekly: 2 } }, [own(noon - 3 * day)], noon).take).toBeUndefined();
  });

  it('leaves so many of each period, the newest of each, and takes the rest away, the oldest first', () => {
    const all = Array.from({ length: 40 }, (_, index) => own(noon - index * day));
    const { take, remove } = rotationOf('nightly', { keep: { daily: 3, weekly: 2, monthly: 2 } }, all, noon);
    expect(take).toBeUndefined();
    const left = all.map(({ name }) => name).filter((name) => !remove.includes(name));
    expect(left).toEqual([
      'nightly_20261121_1200',
      'nightly_20261120_1200',
      'nightly_20261119_1200',
      // The newest of the two weeks before, then of the two months before them that nothing is kept of yet.
      'nightly_20261115_1200',
      'nightly_20261108_1200',
      'nightly_20261031_1200',
    ]);
    expect(remove).toEqual(remove.toSorted());
  });

  it('counts the one that is taken now, and knows only its own', () => {
    const strangers = [
      { name: 'nightly_20261101_1200', snaptime: noon - 20 * day, description: 'mine' },
      { name: 'nightly_old', snaptime: noon - 20 * day, description: markOf('nightly') },
      own(noon - 20 * day, 'nightly-b'),
      { name: 'before', snaptime: noon - 20 * day },
    ];
    expect(rotationOf('nightly', { keep: { daily: 1 } }, [...strangers, own(noon - day)], noon)).toEqual({
      take: 'nightly_20261121_1200',
      remove: ['nightly_20261120_1200'],
    });
  });
});

const fixture = `
nodes: { pve1: { cpus: 4, memory: 16G }, pve3: { online: 0 } }
cluster: { name: lab, version: 2, quorate: true }
storages:
  thin:
    config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }
    places: { pve1: { total: 900G } }
  plain:
    config: { type: dir, path: /srv/plain, content: 'rootdir,images' }
    places: { pve1: { total: 900G } }
guests:
  101: { type: lxc, node: pve1, config: { hostname: web, memory: 512, tags: prod, ostype: debian, rootfs: 'thin:vm-101-disk-0,size=4G' } }
  102: { type: lxc, node: pve1, config: { hostname: db, memory: 512, tags: prod;slow, ostype: debian, rootfs: 'thin:vm-102-disk-0,size=4G' } }
  103: { type: lxc, node: pve1, config: { hostname: onfiles, memory: 512, ostype: debian, rootfs: 'plain:103/vm-103-disk-0.raw,size=4G' } }
  104: { type: lxc, node: pve1, config: { hostname: tmpl, template: 1, tags: prod, memory: 512, ostype: debian, rootfs: 'thin:base-104-disk-0,size=4G' } }
  105: { type: lxc, node: pve3, config: { hostname: away, memory: 512, ostype: debian, rootfs: 'thin:vm-105-disk-0,size=4G' } }
pools: { dev: { vms: [103] } }
`;

let lab: Asking;
let folder: string;
const file = () => path.join(folder, 'schedules.yaml');
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-schedules-'));
  lab = await askingOf(fixture, folder, folder);
});
beforeEach(() => rmSync(file(), { force: true }));
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const named = async (vmid: string): Promise<readonly string[]> =>
  (await lab.ask('snapshot.list', { guest: vmid })).map(({ name }) => name).filter((name) => name !== 'current');

describe('schedules of snapshots', () => {
  it('are written, listed, changed and forgotten; comments stay', async () => {
    writeFileSync(file(), '# what runs by the clock\nschedules: {}\n');
    const made = await lab.ask('snapshot.schedule', { name: 'nightly', guest: ['tag:prod'], keep: 'daily=7,weekly=4' });
    expect(made).toMatchObject({
      name: 'nightly',
      context: 'lab',
      guests: ['tag:prod'],
      keep: { daily: 7, weekly: 4 },
    });
    await lab.ask('snapshot.schedule', { name: 'nightly', except: ['102'] });
    expect(await lab.ask('snapshot.schedules', {})).toEqual([
      {
        name: 'nightly',
        context: 'lab',
        guests: ['tag:prod'],
        except: ['102'],
        keep: { daily: 7, weekly: 4 },
        memory: false,
      },
    ]);
    expect(readFileSync(file(), 'utf8')).toContain('# what runs by the clock');
    expect(await lab.refusal('snapshot.unschedule', { name: 'nigthly' })).toMatchObject({
      message: 'There is no schedule nigthly. Did you mean nightly?',
    });
    await lab.ask('snapshot.unschedule', { name: 'nightly' });
    expect(await lab.ask('snapshot.schedules', {})).toEqual([]);
  });

  it('say what is missing or wrong, with its place', async () => {
    expect(await lab.refusal('snapshot.schedule', {})).toMatchObject({ code: 'usage' });
    expect(await lab.refusal('snapshot.schedule', { name: 'x1', keep: 'daily=1' })).toMatchObject({
      message: 'Say which guests: --guest tag:prod, --guest 104.',
    });
    expect(await lab.refusal('snapshot.schedule', { name: 'x1', guest: ['101'] })).toMatchObject({
      message: 'Say how many snapshots are kept: --keep daily=7.',
    });
    for (const keep of ['weekly', 'yearly=1', 'daily=0', 'daily=1.5', ''])
      expect(await lab.refusal('snapshot.schedule', { name: 'x1', guest: ['101'], keep })).toMatchObject({
        code: 'usage',
        message: expect.stringContaining('write how many are kept as hourly=24'),
      });
    writeFileSync(
      file(),
      'schedules:\n  nightly:\n    context: lab\n    guests: [101, tag: prod]\n    keep: { daily: 7 }\n',
    );
    expect(await lab.refusal('snapshot.schedules', {})).toMatchObject({
      code: 'config',
      message: expect.stringContaining(`${file()}:4:19: schedules.nightly.guests.1`),
    });
    writeFileSync(file(), 'schedules:\n  nightly:\n    context: lab\n    guests: [101]\n    keep: { dayly: 7 }\n');
    expect(await lab.refusal('snapshot.due', {})).toMatchObject({
      code: 'config',
      message: `${file()}:5:13: schedules.nightly.keep.dayly: there is no such key. Did you mean daily?`,
    });
  });

  it('take what is due once, and delete what is not kept, only their own', async () => {
    await lab.ask('snapshot.schedule', { name: 'nightly', guest: ['tag:prod'], except: ['tag:slow'], keep: 'daily=1' });
    await lab.ask('snapshot.create', { guest: '101', name: 'before' });
    const [first] = await lab.ask('snapshot.due', {});
    expect(first).toMatchObject({ schedule: 'nightly', vmid: 101, action: 'take', ok: true, result: 'OK' });
    const taken = first?.snapshot ?? '';
    expect(await named('101')).toEqual(['before', taken]);
    expect(await named('102')).toEqual([]);
    expect(await lab.ask('snapshot.due', {})).toEqual([]);
    // A day later: it is yesterday's, and only one is kept.
    const snapshot = lab.simulator.world.guests.get(101)?.snapshots.get(taken);
    if (snapshot === undefined) throw new Error('it was not taken');
    const old = { ...snapshot, name: 'nightly_20200101_0000', snaptime: Math.floor(Date.now() / 1000) - day };
    lab.simulator.world.guests.get(101)?.snapshots.set(old.name, old);
    lab.simulator.world.guests.get(101)?.snapshots.delete(taken);
    const rows = await lab.ask('snapshot.due', { schedule: 'nightly' });
    expect(rows.map(({ action, snapshot: name }) => [action, name])).toEqual([
      ['take', expect.stringMatching(/^nightly_\d{8}_\d{4}$/)],
      ['delete', 'nightly_20200101_0000'],
    ]);
    expect(await named('101')).toEqual(['before', rows[0]?.snapshot]);
  });

  it('go on behind what fails and end as partly done; what is left out is told before', async () => {
    const guests = ['102', '103', '105', 'gone'];
    await lab.ask('snapshot.schedule', { name: 'hourly', guest: guests, keep: 'hourly=2' });
    const error = await lab.refusal('snapshot.due', {});
    expect(exitCodeOf(error)).toBe(7);
    expect(error).toMatchObject({
      code: 'partial',
      message: expect.stringMatching(/^3 of 4 failed\. .*103 onfiles cannot have snapshots/),
      value: expect.arrayContaining([
        expect.objectContaining({ vmid: 102, ok: true }),
        expect.objectContaining({ vmid: 103, ok: false, action: 'look' }),
        expect.objectContaining({ vmid: 105, ok: false, result: expect.stringContaining('pve3 is offline') }),
        expect.objectContaining({ vmid: null, name: 'gone', ok: false }),
      ]),
    });
    expect(lab.questions.at(-1)?.hazards).toHaveLength(3);
    expect(await named('102')).toHaveLength(1);
  });

  it('show with --dry-run what would be done, and belong to the cluster they were made for', async () => {
    await lab.ask('snapshot.schedule', { name: 'often', guest: ['101'], keep: 'hourly=1' });
    const before = await named('101');
    const sessionFor = (name: string) =>
      openSession({
        config: {
          file: path.join(folder, 'config.yaml'),
          contexts: {
            [name]: {
              addresses: [lab.simulator.url],
              token: lab.simulator.token,
              fingerprint: lab.simulator.fingerprint,
              prod: false,
              read_only: false,
            },
          },
        },
        contextName: name,
        readOnly: false,
        signal: new AbortController().signal,
        stateFolder: folder,
      });
    const due = await loadOperation('snapshot.due');
    const session = sessionFor('lab');
    const { calls } = await preview(due, {}, session);
    await session.close();
    expect(calls).toEqual([
      {
        method: 'POST',
        path: '/nodes/pve1/lxc/101/snapshot',
        parameters: { snapname: expect.stringMatching(/^often_/), description: markOf('often') },
      },
    ]);
    expect(await named('101')).toEqual(before);
    const other = sessionFor('other');
    expect((await performed(due, {}, other, { emit: () => undefined })).result).toEqual([]);
    await other.close();
  });
});

describe('the timer of systemd', () => {
  /** Each unit by the file that it says it belongs into. */
  const unitsIn = (text: string): readonly (readonly [string, string])[] =>
    text
      .split(/^# ~\/\.config\/systemd\/user\//m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]);

  it('starts what is due in a cluster every hour, with the same folders', () => {
    const text = timerUnits('lab', { XDG_CONFIG_HOME: '/srv/my files/50%', HOME: '/root' });
    const [service, timer] = unitsIn(text);
    expect(service?.[0]).toBe('proxdeck-snapshots-lab.service');
    expect(service?.[1]).toContain('Environment="XDG_CONFIG_HOME=/srv/my files/50%%"');
    expect(service?.[1]).toMatch(/^ExecStart=\/.*\/bin\/proxdeck --context lab --yes snapshot due$/m);
    expect(timer?.[0]).toBe('proxdeck-snapshots-lab.timer');
    expect(timer?.[1]).toMatch(/^OnCalendar=hourly$/m);
  });

  const analyze = '/usr/bin/systemd-analyze';
  it.runIf(existsSync(analyze))('is what systemd understands', () => {
    const units = path.join(folder, 'units');
    mkdirSync(units);
    const files = unitsIn(timerUnits('lab', { XDG_CONFIG_HOME: '/srv/my files/50%' })).map(([name, text]) => {
      writeFileSync(path.join(units, name), text);
      return path.join(units, name);
    });
    const said = execFileSync(analyze, ['verify', '--man=no', ...files], { encoding: 'utf8', stdio: 'pipe' });
    expect(said).toBe('');
  });

  it('is printed by the command, and nothing is written', async () => {
    expect(await lab.ask('snapshot.schedule', { systemd: true })).toContain('OnCalendar=hourly');
    expect(existsSync(file())).toBe(false);
  });
});
