import { afterEach, describe, expect, it } from 'vitest';
import { ProxdeckError } from '../../src/models/error.ts';
import { combineSessions } from '../../src/ui/together.ts';
import { fakeDesk, type FakeDesk } from '../support/desk.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const escape = '\u001B';

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (over: { readonly columns?: number; readonly rows?: number; readonly desk?: FakeDesk } = {}) => {
  const { columns = 120, rows = 40, desk = fakeDesk() } = over;
  const session = fakeSession(smallCluster());
  screen = await openScreen({ columns, rows }, { session });
  screen.app.desk = desk;
  await screen.press('C');
  return { screen, session, desk };
};

const lineOf = (shown: TestScreen, word: string): string =>
  shown
    .frame()
    .split('\n')
    .slice(1)
    .find((line) => line.startsWith(word, word === '▸' ? 0 : 3) || line.slice(0, 40).includes(` ${word} `)) ?? '';

const away = {
  state: 'away',
  since: moment,
  error: new ProxdeckError('unreachable', 'dc1 cannot be reached.'),
  nextTryAt: moment + 4000,
} as const;

describe('the contexts', () => {
  it.each([
    [80, 24],
    [120, 40],
    [60, 15],
  ])('say at %i×%i which one is shown, how the others are, and what is production', async (columns, rows) => {
    const { screen: shown } = await open({ columns, rows });
    expect(lineOf(shown, 'homelab')).toMatch(/▸ {2}homelab +● shown/);
    expect(lineOf(shown, 'work')).toMatch(/○ seen 3h ago +prod/);
    expect(lineOf(shown, 'all contexts')).toContain('not shown');
    expect(shown.frame().split('\n').length).toBeLessThanOrEqual(rows);
  });

  it('are told in full beside the list, never with a secret', async () => {
    const { screen: shown } = await open();
    expect(shown.frame()).toContain('https://pve2:8006');
    expect(shown.frame()).toContain('root@pam!main');
    expect(shown.frame()).toContain('plain text in the configuration');
    await shown.press('j');
    expect(shown.frame()).toMatch(/through +ada@bastion/);
    expect(shown.frame()).toContain('production: the header is red');
    expect(shown.frame()).toContain('read-only: nothing is changed');
  });

  it('are gone to with Enter, back into the screen one came from', async () => {
    const { screen: shown, desk } = await open();
    await shown.press('j', enter);
    expect(desk.done).toEqual(['switch work']);
    expect(shown.app.state.screen).toBe('guests');
    await shown.press('C', 'G', enter);
    expect(desk.done.at(-1)).toBe('show all');
  });

  it('that cannot be gone to say why, and one stays', async () => {
    const refuse = async (): Promise<never> => {
      throw new ProxdeckError('auth', 'The context work has no token.', { hint: 'Add it again.' });
    };
    const { screen: shown } = await open({ desk: fakeDesk({ switchTo: refuse }) });
    await shown.press('j', enter);
    expect(shown.frame()).toContain('The context work has no token.');
    expect(shown.app.state.screen).toBe('contexts');
  });

  it('are added by n, in the form', async () => {
    const { screen: shown, desk } = await open();
    await shown.press('n');
    expect(desk.done).toEqual(['add']);
    expect(shown.frame()).toContain('nothing was added');
  });

  it('are made the first one, or removed, through the actions', async () => {
    const { screen: shown, session } = await open();
    await shown.press('x');
    expect(shown.frame()).toContain('is shown: go to another one first');
    await shown.press(escape, 'j', 'x', 'f');
    expect(session.ran).toEqual([{ name: 'context.use', input: { name: 'work' } }]);
    await shown.press('x', 'r');
    expect(session.ran.at(-1)).toEqual({ name: 'context.remove', input: { name: 'work' } });
  });

  it('are connected anew, and their secret is encrypted, through the actions', async () => {
    const { screen: shown, desk, session } = await open();
    await shown.press('j', 'x');
    expect(shown.frame()).toMatch(/encrypt its secret +has no secret in the file/);
    await shown.press('c');
    expect(desk.done).toContain('connect work ask');
    await shown.press('k', 'x', 'e');
    expect(session.ran).toContainEqual({ name: 'context.encrypt', input: { name: 'homelab' } });
  });

  it('that are away say so', async () => {
    const { screen: shown, session } = await open();
    session.setConnection(away);
    await settle();
    expect(lineOf(shown, 'homelab')).toContain('✖ away, 2s old');
    expect(shown.frame()).toContain('dc1 cannot be reached.');
  });
});

describe('another cluster in place of this one', () => {
  it('brings its own filter, selection and marks, and gives the others back', async () => {
    const home = fakeSession(smallCluster());
    const work = fakeSession(smallCluster(), { contextName: 'work', prod: true });
    screen = await openScreen({ columns: 120, rows: 40 }, { session: home });
    await screen.press('/', 'w', 'e', 'b', enter, 'j', ' ');
    expect(lineOf(screen, '▸')).toContain('web-02');
    screen.app.attach(work);
    await settle();
    expect(screen.frame()).toContain('work ▸ Guests');
    expect(lineOf(screen, '▸')).toContain('relay-dev');
    expect(screen.frame()).not.toContain('1 marked');
    await screen.press('j', 'j');
    screen.app.attach(home);
    await settle();
    expect(screen.frame()).toContain('/web');
    expect(lineOf(screen, '▸')).toContain('web-02');
    expect(screen.frame()).toContain('1 marked');
    screen.app.attach(work);
    await settle();
    expect(lineOf(screen, '▸')).toContain('web-01');
  });

  it('closes what was open about the other one', async () => {
    screen = await openScreen({ columns: 120, rows: 40 }, { session: fakeSession(smallCluster()) });
    await screen.press('x');
    expect(screen.app.state.overlay?.kind).toBe('menu');
    screen.app.attach(fakeSession(smallCluster(), { contextName: 'work' }));
    expect(screen.app.state.overlay).toBeUndefined();
  });

  it('has a header that is red from edge to edge when it is production', async () => {
    screen = await openScreen(
      { columns: 100, rows: 24 },
      { session: fakeSession(smallCluster(), { contextName: 'work', prod: true }) },
    );
    const [header = ''] = screen.styled().split('\n');
    expect(header).toMatch(/^\u001B\[97;41m {1}proxdeck {2}work ▸ Guests.*\u001B\[39;49m$/);
    expect(screen.frame().split('\n')[0]).toContain('2/3 nodes');
  });
});

describe('a cluster that is away', () => {
  it('leaves its rows dimmed, all but the selected one', async () => {
    const session = fakeSession(smallCluster());
    screen = await openScreen({ columns: 100, rows: 24 }, { session });
    const row = (): string =>
      screen
        ?.styled()
        .split('\n')
        .find((line) => line.includes('frigate')) ?? '';
    expect(row()).toContain('\u001B[32m● running');
    session.setConnection(away);
    await settle();
    expect(row()).toMatch(/^\u001B\[90m[^\u001B]+\u001B\[39m$/);
    session.setConnection({ state: 'live' });
    await settle();
    expect(row()).toContain('\u001B[32m● running');
  });
});

describe('all clusters together', () => {
  const together = async (columns = 140) => {
    const home = fakeSession(smallCluster(), { contextName: 'home' });
    const work = fakeSession(smallCluster({ at: moment - 3000 }), { contextName: 'work' });
    screen = await openScreen({ columns, rows: 40 }, { session: combineSessions([home, work]) });
    return { screen, home, work };
  };

  it('tell each its age in the header, and whose a guest is', async () => {
    const { screen: shown } = await together();
    expect(shown.frame().split('\n')[0]).toMatch(/all contexts ▸ Guests .*home 2s {2}work 3s/);
    expect(lineOf(shown, '▸')).toMatch(/104 +relay-dev +home +pve1/);
    await shown.press('/', '@', 'w', 'o', 'r', 'k', enter);
    expect(lineOf(shown, '▸')).toMatch(/104 +relay-dev +work +pve1/);
    expect(shown.frame()).not.toMatch(/relay-dev +home/);
  });

  it('dim the rows of the one that is away, and only those; it is named at any width', async () => {
    const { screen: shown, work } = await together(80);
    work.setConnection(away);
    await settle();
    expect(shown.frame().split('\n')[0]).toContain('work away');
    await shown.press('G');
    const rows = shown
      .styled()
      .split('\n')
      .filter((line) => line.includes('frigate'));
    expect(rows.map((line) => line.startsWith('\u001B[90m'))).toEqual([false, true]);
  });

  it('stop a guest where it is', async () => {
    const { screen: shown, home, work } = await together();
    await shown.press('/', '@', 'w', 'o', 'r', 'k', enter, 'x', 'd');
    expect(work.ran).toEqual([{ name: 'guest.shutdown', input: { guests: ['lxc/104'] } }]);
    expect(home.ran).toEqual([]);
  });
});
