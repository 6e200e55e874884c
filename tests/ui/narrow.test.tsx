import { afterEach, describe, expect, it } from 'vitest';
import { asProxdeckError, ProxdeckError } from '../../src/models/error.ts';
import { withoutColours } from '../../components/styled.ts';
import { aGuest, fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';

/** What a person must be able to read on any terminal: why there is nothing, which tabs there are, which keys help. */

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const refused = new ProxdeckError('auth', 'The server refuses the API token root@pam!main.', {
  hint: 'Its secret is wrong, or it has expired.',
});

const openAway = async (columns: number, rows: number, at: number): Promise<TestScreen> => {
  const nothing = smallCluster({ at, nodes: [], guests: [], storages: [], tasks: [] });
  const session = fakeSession(nothing);
  session.setConnection({ state: 'away', since: moment - 60_000, error: refused, nextTryAt: moment + 5000 });
  screen = await openScreen({ columns, rows }, { session });
  await settle();
  return screen;
};

const lastLine = (shown: TestScreen): string => withoutColours(shown.frame().trimEnd().split('\n').at(-1) ?? '');

describe('a cluster that never answered', () => {
  it.each([
    [40, 24],
    [80, 24],
    [120, 40],
  ])('says at %i×%i why, and what to do, instead of that there are no guests', async (columns, rows) => {
    const shown = await openAway(columns, rows, 0);
    const words = withoutColours(shown.frame()).replaceAll(/[│\s]+/g, ' ');
    expect(words).toContain('✖ The server refuses the API token root@pam!main.');
    expect(words).toContain('Its secret is wrong, or it has expired.');
    expect(words).toContain('R asks again now');
    expect(words).not.toContain('no guests');
    expect(lastLine(shown)).toContain('? help');
  });

  it('says the same in the overview, where nothing is known to be calm', async () => {
    const shown = await openAway(80, 24, 0);
    shown.app.show('overview');
    await shown.app.navigation.arriving;
    await settle();
    expect(shown.frame()).toContain('refuses the API token');
    expect(shown.frame()).not.toContain('no task runs');
  });

  it('is another thing than one that was seen and has no guests', async () => {
    const shown = await openAway(120, 40, moment - 60_000);
    expect(shown.frame()).toContain('no guests');
  });
});

describe('a pane too narrow for its tabs', () => {
  it('shows all of them on two lines, and as many as fit where it is low', async () => {
    screen = await openScreen({ columns: 120, rows: 40 }, { session: fakeSession(smallCluster()) });
    expect(screen.frame()).toMatch(/│ summary {2}config {2}network {2}snapshots *\n.*│ backups {2}tasks {2}graphs/);
    screen.close();
    screen = await openScreen({ columns: 40, rows: 10 }, { session: fakeSession(smallCluster()) });
    screen.app.openDetails(true);
    await settle();
    expect(screen.frame()).toMatch(/summary {2}config {2}network {2}snapshots {2}…/);
  });
});

describe('the footer', () => {
  it('has what one does with a row first, and no key that does nothing', async () => {
    screen = await openScreen({ columns: 120, rows: 40 }, { session: fakeSession(smallCluster()) });
    expect(lastLine(screen)).toMatch(
      /^ x actions {2}n new {2}enter open {2}\/ filter {2}d describe {2}e edit {2}L log /,
    );
    expect(lastLine(screen)).not.toContain('esc back');
    screen.app.openDetails(true);
    screen.app.details('guests').focus(true);
    await settle();
    expect(lastLine(screen)).toContain('esc back');
    expect(lastLine(screen)).not.toContain('enter open');
  });
});

describe('a menu on 40 columns', () => {
  it('cuts reasons, never keys', async () => {
    const stopped = smallCluster({ guests: [aGuest(104, { status: 'running' })] });
    screen = await openScreen({ columns: 40, rows: 15 }, { session: fakeSession(stopped) });
    screen.app.openMenu({
      title: '104',
      items: [
        {
          title: 'shut down',
          detail: 'gently, by the guest itself, which may take a while',
          key: 'd',
          run: () => undefined,
        },
      ],
    });
    await settle();
    expect(screen.frame()).toMatch(/▸ shut down {2}gently, by.*… {2}d │/);
  });
});

describe('a terminal without Unicode', () => {
  it('is sent ASCII alone', async () => {
    screen = await openScreen({ columns: 80, rows: 24 }, { session: fakeSession(smallCluster()), unicode: false });
    expect(screen.frame()).toContain('relay-dev');
    expect(withoutColours(screen.frame())).toMatch(/^[\n\u0020-\u007E]*$/);
  });
});

describe('a program that was replaced while it ran', () => {
  it('says so when a part of it is not there any more', async () => {
    const gone = new URL('not-there-any-more.js', import.meta.url).href;
    const thrown: unknown = await import(gone).catch((error: unknown) => error);
    expect(asProxdeckError(thrown)).toMatchObject({ code: 'state', hint: 'Leave it with q and start it again.' });
  });
});
