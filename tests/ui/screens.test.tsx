import { afterEach, describe, expect, it } from 'vitest';
import { widthOf } from '../../components/text.ts';
import { aGuest, fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';
import { ProxdeckError } from '../../src/models/error.ts';

const down = '\u001B[B';
const escape = '\u001B';
const enter = '\r';
const backspace = '\u007F';

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (columns = 120, rows = 40, over: Parameters<typeof fakeSession>[1] = {}) => {
  const session = fakeSession(smallCluster(), over);
  screen = await openScreen({ columns, rows }, { session });
  return { screen, session };
};

const selectedRow = (shown: TestScreen): string =>
  shown
    .frame()
    .split('\n')
    .find((line) => line.startsWith('▸')) ?? '';

describe('frames', () => {
  const sizes = [
    [80, 24],
    [120, 40],
    [200, 60],
    [40, 10],
    [90, 40],
    [60, 15],
  ] as const;

  it.each(sizes)('draws guests at %i×%i', async (columns, rows) => {
    const { screen: shown } = await open(columns, rows);
    // The last hour of a guest is asked for once it has been looked at for a moment.
    const detailed = columns >= 90 ? /cpu +[▁-█]/ : /relay-dev/;
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(detailed);
    expect(shown.frame()).toMatchSnapshot();
  });

  it.each([
    [80, 24],
    [40, 10],
  ] as const)('draws nodes and tasks at %i×%i', async (columns, rows) => {
    const { screen: shown } = await open(columns, rows);
    await shown.press('1');
    expect(shown.frame()).toMatchSnapshot();
    await shown.press('6');
    expect(shown.frame()).toMatchSnapshot();
  });

  it('is never taller or wider than the terminal, from 40×10 to 250×80', async () => {
    const { screen: shown } = await open(250, 80);
    for (const [columns, rows] of [...sizes, [61, 16], [79, 19], [109, 31], [110, 32], [250, 80], [40, 10]] as const) {
      await shown.resize(columns, rows);
      for (const keys of [['1'], ['2'], ['6'], [enter], ['q'], ['?'], [escape], ['2', 'x'], [escape]]) {
        await shown.press(...keys);
        const lines = shown.frame().split('\n');
        expect(lines.length, `${String(columns)}×${String(rows)} ${keys.join()}`).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('tells state by glyph and word without colour, and in ASCII', async () => {
    screen = await openScreen(
      { columns: 100, rows: 24 },
      { session: fakeSession(smallCluster()), colour: false, unicode: false },
    );
    expect(screen.styled()).not.toMatch(/\u001B\[(?:3|9)\d/);
    expect(screen.frame()).toContain('* running');
    expect([...screen.frame().replaceAll('–', '-')].every((character) => character <= '~')).toBe(true);
  });
});

describe('moving', () => {
  it('moves by keys and arrows, several in one read, none lost', async () => {
    const { screen: shown } = await open();
    await shown.press('jjj');
    expect(selectedRow(shown)).toContain('web-02');
    await shown.press(down, 'k', 'k');
    expect(selectedRow(shown)).toContain('web-01');
    await shown.press('G');
    expect(selectedRow(shown)).toContain('debian-13');
    await shown.press('gg');
    expect(selectedRow(shown)).toContain('relay-dev');
  });

  it('keeps the selection on the same guest when the list changes under it', async () => {
    const { screen: shown, session } = await open();
    await shown.press('jj');
    expect(selectedRow(shown)).toContain('web-01');
    session.show(smallCluster({ guests: [aGuest(101, { name: 'new-one' }), ...smallCluster().guests] }));
    await settle();
    expect(selectedRow(shown)).toContain('web-01');
    session.show(
      smallCluster({
        guests: [aGuest(101, { name: 'new-one' }), ...smallCluster().guests.filter(({ name }) => name !== 'web-01')],
      }),
    );
    await settle();
    // The guest is gone: the row that took its place, not the first one.
    expect(selectedRow(shown)).toContain('web-02');
  });

  it('scrolls only as far as it must', async () => {
    const many = smallCluster({ guests: Array.from({ length: 500 }, (_, at) => aGuest(1000 + at)) });
    screen = await openScreen({ columns: 80, rows: 24 }, { session: fakeSession(many) });
    await screen.press('G');
    expect(selectedRow(screen)).toContain('guest-1499');
    await screen.press('k');
    expect(screen.frame()).toContain('guest-1499');
    await screen.press('\u0004');
    expect(selectedRow(screen)).toContain('guest-1499');
    await screen.press('\u0015', '\u0015');
    expect(selectedRow(screen)).toContain('guest-1481');
  });
});

describe('filter', () => {
  it('narrows while it is typed, keeps with Enter, drops with Esc', async () => {
    const { screen: shown } = await open();
    await shown.press('/', 'w', 'e', 'b');
    expect(shown.frame()).toContain('/web_');
    expect(shown.frame()).not.toContain('frigate');
    expect(shown.frame()).toContain('web-02');
    await shown.press(backspace, 'b', enter);
    expect(shown.frame()).toContain('/web');
    await shown.press('j');
    expect(selectedRow(shown)).toContain('web-01');
    await shown.press(escape);
    expect(shown.frame()).toContain('frigate');
    // The selection stays where it was.
    expect(selectedRow(shown)).toContain('web-01');
  });

  it('owns its keys: q, digits and ? are text in it', async () => {
    const { screen: shown } = await open();
    await shown.press('/q1?');
    expect(shown.frame()).toContain('/q1?_');
    expect(shown.quits).toBe(0);
    expect(shown.frame()).toContain('nothing matches');
  });

  it('opens the view that a digit typed ahead asked for, and filters there', async () => {
    const { screen: shown } = await open();
    await shown.press('6/vzdump\r');
    expect(shown.frame()).toContain('Tasks');
    expect(shown.frame()).toContain('/vzdump');
    expect(shown.frame()).not.toContain('aptupdate');
  });

  it('shows only what is in trouble', async () => {
    const { screen: shown } = await open();
    await shown.press('!');
    expect(shown.frame()).toContain('old-mail');
    expect(shown.frame()).toContain('web-02');
    expect(shown.frame()).not.toContain('relay-dev ');
  });

  it('takes pasted text into the line, not as commands', async () => {
    const { screen: shown } = await open();
    await shown.press('\u001B[200~qqq\u001B[201~');
    expect(shown.quits).toBe(0);
    expect(shown.frame()).toContain('pasted text');
    await shown.press('/', '\u001B[200~relay\nx\u001B[201~');
    expect(shown.frame()).toContain('/relay x_');
  });
});

describe('acting', () => {
  it('offers actions with the reason where one is impossible', async () => {
    const { screen: shown, session } = await open();
    await shown.press('x');
    expect(shown.frame()).toContain('is running');
    await shown.press('s');
    expect(session.ran).toEqual([]);
    await shown.press('d');
    expect(session.ran).toEqual([{ name: 'guest.shutdown', input: { guests: ['104'] } }]);
  });

  it('acts on the marked guests', async () => {
    const { screen: shown, session } = await open();
    await shown.press(' ', ' ', 'x');
    expect(shown.frame()).toContain('2 guests');
    await shown.press('r');
    expect(shown.frame()).toContain('reboot 2 guests');
    await shown.press('a');
    expect(session.ran).toEqual([{ name: 'guest.reboot', input: { guests: ['104', '105'] } }]);
  });

  it('refuses everything in a read-only context, with the reason', async () => {
    const { screen: shown, session } = await open(120, 40, { readOnly: true });
    await shown.press('x');
    expect(shown.frame()).toContain('this context is read-only');
    await shown.press('r', 'd', 'p', 's');
    expect(session.ran).toEqual([]);
  });

  it('asks on a card with Cancel first', async () => {
    const answers: boolean[] = [];
    const { screen: shown } = await open(120, 40, {
      run: async (_call, ui) => {
        answers.push(
          await ui.confirm({
            title: 'Stop 104',
            hazards: ['it is tagged prod'],
            command: 'proxdeck guest stop 104',
            verb: 'stop',
          }),
        );
        return { result: undefined };
      },
    });
    await shown.press('x', 'p');
    expect(shown.frame()).toContain('it is tagged prod');
    expect(shown.frame()).toContain('▸ Cancel');
    await shown.press(enter);
    expect(answers).toEqual([false]);
    await shown.press('x', 'p', '\t', enter);
    expect(answers).toEqual([false, true]);
    await shown.press('x', 'p', escape);
    expect(answers).toEqual([false, true, false]);
  });

  it('copies the id of the row through the terminal', async () => {
    const { screen: shown } = await open();
    await shown.press('Y');
    expect(shown.emitted).toEqual([`\u001B]52;c;${Buffer.from('lxc/104').toString('base64')}\u0007`]);
  });

  it('quits at the top, goes back elsewhere', async () => {
    const { screen: shown } = await open();
    await shown.press('?', 'q');
    expect(shown.quits).toBe(0);
    await shown.press('q');
    expect(shown.quits).toBe(1);
  });
});

describe('tasks', () => {
  it('follows the log of a task to its end', async () => {
    const lines = ['starting CT 104'];
    const { screen: shown } = await open(100, 24, {
      taskLog: async (_upid, { start }) => ({
        lines: lines.slice(start).map((t, at) => ({ n: start + at + 1, t })),
        total: lines.length,
      }),
      taskStatus: async (upid) => ({
        upid,
        node: 'pve1',
        type: 'vzstart',
        id: '104',
        user: 'root@pam',
        starttime: 0,
        ...(lines.includes('TASK OK') ? { status: 'stopped', exitstatus: 'OK' } : { status: 'running' }),
      }),
    });
    await shown.press('6', enter);
    expect(shown.frame()).toContain('starting CT 104');
    expect(shown.frame()).toContain('running');
    lines.push('TASK OK');
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toContain('● OK');
    expect(shown.frame()).toContain('TASK OK');
  });

  it('finds in a log and tells when there is nothing', async () => {
    const { screen: shown } = await open();
    await shown.press('6', 'j', enter, '/', 'network', enter);
    expect(shown.frame()).toContain('/network');
    await shown.press('/', 'zebra', enter, 'n');
    expect(shown.frame()).toContain('no line holds “zebra”');
  });
});

describe('trouble', () => {
  it('says that the data is old, what failed and when it is asked again', async () => {
    const { screen: shown, session } = await open();
    session.setConnection({
      state: 'away',
      since: moment - 14_000,
      nextTryAt: moment + 4000,
      error: new ProxdeckError('unreachable', 'pve1 does not answer', { hint: 'check the network' }),
    });
    await settle();
    expect(shown.frame()).toContain('away, 2s old, again in 4s');
    expect(shown.frame()).toContain('pve1 does not answer');
    expect(shown.frame()).toContain('relay-dev');
  });

  it('shows the picture of the last run with its moment, then the live one', async () => {
    screen = await openScreen({ columns: 100, rows: 24 }, { snapshot: smallCluster({ fromCache: true }) });
    expect(screen.frame()).toMatch(/as of \d\d:\d\d:\d\d/);
    expect(screen.frame()).toContain('relay-dev');
    screen.app.attach(fakeSession(smallCluster()));
    await settle();
    expect(screen.frame()).toContain('2s old');
  });

  it('shows hostile names harmlessly', async () => {
    const names = [
      '\u001B[2J\u001B[31mred',
      'wide 漢字漢字 name',
      'x'.repeat(10_240),
      'bell\u0007\u009B31m',
      'rtl\u202Etxt',
      '👩‍👩‍👧‍👦 family',
      'tab\there',
      '',
    ];
    const session = fakeSession(
      smallCluster({ guests: names.map((name, at) => aGuest(100 + at, { name, tags: [name.slice(0, 40)] })) }),
    );
    screen = await openScreen({ columns: 120, rows: 30 }, { session });
    for (const _ of names) {
      const lines = screen.frame().split('\n');
      expect(lines.length).toBeLessThanOrEqual(30);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(120);
      expect(screen.styled()).not.toContain('\u001B[2J');
      expect(screen.styled()).not.toContain('\u0007');
      await screen.press('j');
    }
    expect(screen.frame()).toContain('漢字');
  });

  it('marks a context that is production', async () => {
    const { screen: shown } = await open(120, 40, { prod: true });
    expect(shown.styled().split('\n')[0]).toMatch(/\u001B\[[\d;]*41m/);
  });
});
