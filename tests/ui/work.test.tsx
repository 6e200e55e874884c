import { afterEach, describe, expect, it } from 'vitest';
import { ProxdeckError } from '../../src/models/error.ts';
import type { Event } from '../../src/operations/event.ts';
import type { Session } from '../../src/ui/session.ts';
import { fakeSession, smallCluster } from '../support/cluster.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';

/** Operations of ours that take a while: the footer, the drawer, and ending them early. */

const escape = '\u001B';
const ctrlC = '\u0003';
const enter = '\r';
const title = 'upload debian-13.iso to local of pve1';

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

/** A session whose operation tells what a test lets it tell, until it is ended. */
const longWork = () => {
  let tell: (event: Event) => void = () => undefined;
  let end: () => void = () => undefined;
  const run: Session['run'] = (_call, { emit, signal }) =>
    new Promise((resolve, reject) => {
      tell = emit;
      end = () => resolve({ result: undefined });
      signal.addEventListener('abort', () => reject(new ProxdeckError('cancelled', 'Cancelled.')));
    });
  return { run, tell: (event: Event) => tell(event), end: () => end() };
};

const open = async (columns: number, rows: number) => {
  const work = longWork();
  let later = 0;
  const session = fakeSession(smallCluster(), { run: work.run });
  screen = await openScreen({ columns, rows }, { session, later: () => later });
  const shown = screen;
  void shown.app.run({ name: 'storage.upload', input: {} });
  work.tell({ type: 'step', id: title, title, state: 'running' });
  const progress = async (done: number, seconds: number): Promise<void> => {
    later = seconds * 1000;
    work.tell({ type: 'progress', done, total: 1000, unit: 'bytes' });
    shown.app.notify(undefined);
    await settle();
  };
  await progress(100, 1);
  await progress(620, 14);
  return { shown, work, progress };
};

const lastLine = (shown: TestScreen): string => shown.frame().split('\n').at(-1) ?? '';

describe('work of ours that takes a while', () => {
  it('stands in the footer with its bar, how long it has run and how long it will', async () => {
    const { shown, work } = await open(120, 40);
    expect(lastLine(shown)).toMatch(/⟳ upload debian-13.iso to local of pve1 ▓▓▓▓▓░░░ +62% +14s +about 10s left$/);
    work.end();
    await settle();
    expect(lastLine(shown)).not.toContain('62%');
    expect(lastLine(shown)).toContain('storage.upload done');
  });

  it.each([
    [80, 24],
    [60, 15],
  ])('keeps its bar in sight at %i×%i', async (columns, rows) => {
    const { shown } = await open(columns, rows);
    expect(lastLine(shown)).toMatch(/⟳ upload debian\S*.* 62%/);
    expect(lastLine(shown).length).toBeLessThanOrEqual(columns);
  });

  it('is in the drawer before the tasks of the cluster, and is stopped from there after asking', async () => {
    const { shown } = await open(120, 40);
    await shown.press('T');
    expect(shown.frame()).toContain('2 running');
    expect(shown.frame()).toMatch(
      /▸ upload debian-13.iso to local of pve1 +here +14s +⟳ ▓+░+ +62% +620 B of 1000 B +about 10s left/,
    );
    await shown.press('x');
    expect(shown.frame()).toContain('Stop upload debian-13.iso');
    await shown.press(escape);
    expect(shown.app.jobs).toHaveLength(1);
    await shown.press('T', 'x', '\t', enter);
    await settle();
    expect(shown.app.jobs).toHaveLength(0);
    expect(lastLine(shown)).toContain('was stopped');
  });

  it('is ended by Ctrl-C, which leaves only when nothing runs', async () => {
    const { shown, work } = await open(80, 24);
    await shown.press(ctrlC, '\t', enter);
    await settle();
    expect(shown.app.jobs).toHaveLength(0);
    expect(shown.quits).toBe(0);
    await shown.press(ctrlC);
    expect(shown.quits).toBe(1);
    work.end();
  });

  it('stops the task of the cluster that goes on with it', async () => {
    const { shown, work } = await open(120, 40);
    const upid = 'UPID:pve1:0000ABCD:00001234:6B00B7A5:imgcopy::root@pam:';
    work.tell({ type: 'task', upid });
    const calls: unknown[] = [];
    Object.assign(shown.app.session ?? {}, {
      run: async (call: unknown) => {
        calls.push(call);
        return { result: undefined };
      },
    });
    await shown.press('T', 'x');
    expect(calls).toEqual([{ name: 'task.stop', input: { upid } }]);
    work.end();
  });
});
