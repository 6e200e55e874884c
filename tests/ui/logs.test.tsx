import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { widthOf } from '../../components/text.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import type { Session } from '../../src/ui/session.ts';
import { answering } from '../support/answers.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const escape = '\u001B';
const upid = 'UPID:pve1:000003EA:00000001:6B00B7A5:vzstart:104:root@pam:';

const cursorAt = (at: number): string => `s=ab12;i=1;b=cd;m=1;t=${(at * 1000).toString(16)};x=ef`;
const two = (value: number): string => String(value).padStart(2, '0');
/** As a node in UTC writes it. */
const headAt = (at: number, node: string): string => {
  const date = new Date(at);
  return `Nov ${two(date.getUTCDate())} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${node}`;
};

const journal = (node: string, ...lines: readonly (readonly [secondsAgo: number, text: string])[]) =>
  lines.map(([ago, text], at) => ({
    t: `${headAt(moment - ago * 1000, node)} ${text}`,
    ...(at === lines.length - 1 ? { cursor: cursorAt(moment - ago * 1000) } : {}),
  }));

const clusterLog = [
  ...[`starting task ${upid}`, `end task ${upid} OK`].map((msg, at) => ({
    time: moment / 1000 - 40 + at * 2,
    node: 'pve1',
    msg,
    tag: 'pvedaemon',
    pri: 6,
    user: 'root@pam',
    uid: String(at),
  })),
  { time: moment / 1000 - 35, node: 'pve3', msg: 'node left', tag: 'corosync', pri: 3, user: '', uid: '3' },
];

const denied = new ProxdeckError('permission', 'node.journal needs Sys.Syslog on /nodes/pve2.', {
  hint: 'Ask for the role.',
});

const first = answering({
  'node.journal': journal(
    'pve1',
    [120, "pvestatd[1213]: storage 'nas' is not online"],
    [60, 'kernel: nfs: server 192.0.2.20 not responding, still trying'],
    [40, `pvedaemon[12]: <root@pam> starting task ${upid}`],
    [10, `sshd[9]: ${'a long line with many words '.repeat(8)}END`],
  ),
  'cluster.log': clusterLog,
  'task.list': [],
});

const second = (readable: boolean) =>
  readable
    ? answering({ 'node.journal': journal('pve2', [90, 'systemd[1]: Started cron.service.']) })
    : answering({}, { 'node.journal': denied });

const askWith =
  (readable: boolean): Session['ask'] =>
  (name, input, signal) =>
    (JSON.stringify(input).includes('pve2') ? second(readable) : first).ask(name, input, signal);

let screen: TestScreen | undefined;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-logs-'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
});
afterEach(() => {
  screen?.close();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (columns = 120, rows = 40, readable = true): Promise<TestScreen> => {
  const snapshot = smallCluster({ tasks: [] });
  screen = await openScreen({ columns, rows }, { session: fakeSession(snapshot, { ask: askWith(readable) }) });
  await screen.press('7');
  await expect.poll(() => screen?.frame(), { timeout: 10_000 }).toContain('node left');
  await settle();
  return screen;
};

const linesOf = (shown: TestScreen): readonly string[] => shown.frame().split('\n');

describe('the merged logs', () => {
  it.each([
    [80, 24],
    [120, 40],
  ])('stand in the order of their times at %i×%i, each with node, source and severity', async (columns, rows) => {
    const shown = await open(columns, rows);
    const body = linesOf(shown).filter((line) => /^\d{2}:\d{2}:\d{2} /.test(line));
    expect(
      body.map((line) =>
        line
          .replace(/^\S+ +/, '')
          .replace(/ +/g, ' ')
          .slice(0, 22),
      ),
    ).toEqual([
      'pve1 pvestatd ✖ storag',
      'pve2 systemd Started c',
      'pve1 kernel ▲ nfs: ser',
      'pve1 pvedaemon <root@p',
      'pve1 pvedaemon <root@p',
      'pve3 corosync ✖ node l',
      'pve1 sshd a long line ',
    ]);
    expect(shown.frame()).toContain('end task CT 104 - start: OK');
    for (const line of linesOf(shown)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  it('tell once what a node wrote into its journal and told the cluster', async () => {
    const shown = await open();
    expect(shown.frame().split('starting task CT 104').length - 1).toBe(1);
  });

  it('say with the privilege which node may not be read, and show the others', async () => {
    const shown = await open(120, 40, false);
    expect(shown.frame()).toContain('▲ pve2: node.journal needs Sys.Syslog on /nodes/pve2.');
    expect(shown.frame()).toContain('pvestatd');
  });

  it('are narrowed by words and fields, and back by Esc', async () => {
    const shown = await open();
    await shown.press('&', 'node:pve1 level:warn', enter);
    expect(shown.frame()).toContain('&node:pve1 level:warn');
    expect(shown.frame()).toContain('not responding');
    expect(shown.frame()).not.toContain('cron.service');
    expect(shown.frame()).toContain('1 of 7 lines');
    await shown.press(escape);
    expect(shown.frame()).toContain('cron.service');
    await shown.press('!');
    expect(shown.frame()).toContain('3 of 7 lines');
    expect(shown.frame()).not.toContain('cron.service');
  });

  it('find with n and N, wrap, show times in three ways', async () => {
    const shown = await open(80, 24);
    expect(shown.frame()).not.toContain('END');
    await shown.press('w');
    expect(shown.frame()).toContain('END');
    await shown.press('/', 'pve', enter);
    expect(shown.frame()).toContain('/pve  in no line');
    await shown.press('/', 'task', enter, 'N');
    expect(shown.frame()).toContain('/task');
    await shown.press('t');
    expect(shown.frame()).toMatch(/^ +2m pve1 pvestatd/m);
    await shown.press('t');
    expect(shown.frame()).toMatch(/^pve1 +pvestatd/m);
  });

  it('go to errors one after the other, and open the task of a line', async () => {
    const shown = await open();
    await shown.press('e', 'c');
    expect(Buffer.from(shown.emitted.at(-1)?.split(';')[2] ?? '', 'base64').toString()).toContain("storage 'nas'");
    await shown.press('e', 'c');
    expect(Buffer.from(shown.emitted.at(-1)?.split(';')[2] ?? '', 'base64').toString()).toContain('node left');
    await shown.press('/', 'end task', enter, enter);
    expect(shown.frame()).toContain('CT 104 - start');
    expect(shown.frame()).toContain('network is up');
    await shown.press(escape);
    expect(shown.frame()).toContain('journals, cluster log');
  });

  it('are saved as they are shown, and the place is said', async () => {
    const shown = await open();
    await shown.press('!', 's');
    await expect.poll(() => readdirSync(folder).length).toBe(1);
    await settle();
    const [name = ''] = readdirSync(folder);
    expect(shown.frame()).toContain(`saved 3 lines to ${path.join(folder, name)}`);
    const saved = readFileSync(path.join(folder, name), 'utf8').split('\n');
    expect(saved[0]).toBe(`${new Date(moment - 120_000).toISOString()} pve1 pvestatd storage 'nas' is not online`);
  });

  it('take the whole terminal and give it back', async () => {
    const shown = await open(80, 24);
    await shown.press('F');
    expect(linesOf(shown)[0]).toContain('journals');
    expect(shown.frame()).not.toContain('? help');
    await shown.press('c');
    expect(linesOf(shown)[0]).toContain('copied');
    await shown.press(escape);
    expect(linesOf(shown)[0]).toContain('proxdeck');
  });

  it('are asked only while they are shown, at most twice a node in a round', async () => {
    const shown = await open();
    const asked = first.asked.length;
    await shown.press('2');
    await settle();
    expect(first.asked.length).toBe(asked);
    await shown.press('7');
    await expect.poll(() => first.asked.length).toBeGreaterThan(asked);
    expect(first.asked.length - asked).toBeLessThanOrEqual(2);
  });
});

describe('many sources', () => {
  it('show what running tasks say, and none waits for a node that hangs', async () => {
    const hangs: Session['ask'] = (name, input, signal) =>
      JSON.stringify(input).includes('pve2') ? new Promise(() => undefined) : first.ask(name, input, signal);
    screen = await openScreen({ columns: 120, rows: 40 }, { session: fakeSession(smallCluster(), { ask: hangs }) });
    await screen.press('7');
    await expect.poll(() => screen?.frame(), { timeout: 10_000 }).toMatch(/pve1 +vzstart 104 +network is up/);
    expect(screen.frame()).toContain('pvestatd');
  });

  it('begin anew with another cluster', async () => {
    const shown = await open();
    expect(shown.frame()).toContain('pvestatd');
    const other = answering({ 'node.journal': journal('pve1', [5, 'cron[1]: of the other']), 'cluster.log': [] });
    shown.app.attach(fakeSession(smallCluster({ tasks: [] }), { contextName: 'office', ask: other.ask }));
    await shown.press('2', '7');
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toContain('of the other');
    expect(shown.frame()).not.toContain('pvestatd');
  });
});

describe('any size', () => {
  it.each([
    [40, 10],
    [60, 15],
    [80, 19],
    [110, 31],
    [250, 80],
  ])('holds logs, tasks, the drawer and the command log at %i×%i', async (columns, rows) => {
    screen = await openScreen({ columns, rows }, { session: fakeSession(smallCluster(), { ask: askWith(false) }) });
    const keys = [
      '7',
      'w',
      'e',
      '!',
      'F',
      escape,
      escape,
      '6',
      ']',
      enter,
      'w',
      'F',
      escape,
      escape,
      '2',
      'T',
      escape,
      '@',
      'x',
      escape,
    ];
    for (const key of keys) {
      await screen.press(key);
      const lines = linesOf(screen);
      expect(lines.length, key).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(widthOf(line), `${key}: ${line}`).toBeLessThanOrEqual(columns);
    }
  });
});
