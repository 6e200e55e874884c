import { afterEach, describe, expect, it } from 'vitest';
import { ProxdeckError } from '../../src/models/error.ts';
import { keyTable } from '../../src/ui/keyTable.ts';
import { screenNames } from '../../src/ui/state.ts';
import { ownBindings } from '../../src/ui/userCommands.ts';
import { ViewState } from '../../src/ui/viewState.ts';
import { aGuest, fakeSession, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

const escape = '\u001B';
const enter = '\r';
const ctrlK = '\u000B';
const up = '\u001B[A';
const tab = '\t';

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (columns = 120, rows = 40, over: Parameters<typeof fakeSession>[1] = {}) => {
  const session = fakeSession(smallCluster(), over);
  screen = await openScreen({ columns, rows }, { session });
  return { shown: screen, session };
};

const selectedRow = (shown: TestScreen): string =>
  shown
    .frame()
    .split('\n')
    .find((line) => line.startsWith('▸')) ?? '';

describe('the palette', () => {
  it.each([
    [80, 24],
    [120, 40],
    [40, 10],
  ] as const)('finds a guest by three letters and goes there, at %i×%i', async (columns, rows) => {
    const { shown } = await open(columns, rows);
    await shown.press('1', ctrlK, 'fri');
    expect(shown.frame()).toContain('131 frigate');
    await shown.press(enter);
    expect(shown.frame()).toContain('Guests');
    expect(selectedRow(shown)).toContain('frigate');
  });

  it('finds screens, nodes, keys and commands, and says what cannot be done and why', async () => {
    const { shown, session } = await open();
    await shown.press(ctrlK, 'pve2');
    expect(shown.frame()).toMatch(/▸ node +pve2/);
    await shown.press(enter);
    expect(selectedRow(shown)).toContain('pve2');
    await shown.press('2', ctrlK, 'shut');
    expect(shown.frame()).toContain('shut down 104 relay-dev');
    await shown.press(enter);
    expect(session.ran).toEqual([{ name: 'guest.shutdown', input: { guests: ['104'] } }]);
    await shown.press(ctrlK, 'start 104');
    expect(shown.frame()).toContain('is running');
    await shown.press(enter);
    expect(session.ran).toHaveLength(1);
    await shown.press(escape, ctrlK, 'automatic');
    expect(shown.frame()).toMatch(/automatic refresh on and off .* a /);
  });

  it('puts what was chosen lately first', async () => {
    const { shown } = await open();
    await shown.press(ctrlK, 'web-02', enter, ctrlK);
    expect(shown.frame()).toMatch(/▸ ct +119 web-02/);
  });

  it('takes a row out of hiding: what filters it away goes', async () => {
    const { shown } = await open();
    await shown.press('/web', enter, ctrlK, 'frigate', enter);
    expect(selectedRow(shown)).toContain('frigate');
  });
});

describe('the command line', () => {
  it('goes to a screen with a filter, to a node, to a guest by its id', async () => {
    const { shown } = await open();
    await shown.press(':guests web tag:web', enter);
    expect(shown.frame()).toContain('/web tag:web');
    expect(shown.frame()).not.toContain('frigate');
    await shown.press(':node pve2', enter);
    expect(selectedRow(shown)).toContain('pve2');
    await shown.press(':131', enter);
    expect(selectedRow(shown)).toContain('frigate');
    await shown.press(':storage nas', enter);
    expect(shown.frame()).toContain('Storage');
    expect(selectedRow(shown)).toContain('nas');
    // What is no storage is a filter of that screen.
    await shown.press(':storage content:images', enter);
    expect(shown.frame()).toContain('/content:images');
  });

  it('runs an operation, and says what was meant by one that is not there', async () => {
    const { shown, session } = await open();
    await shown.press(':guest strat 104', enter);
    expect(shown.frame()).toContain('Did you mean start?');
    await shown.press(escape, ':guest start 140', enter);
    expect(session.ran).toEqual([{ name: 'guest.start', input: { guests: ['140'] } }]);
  });

  it('shows the answer of a read operation as a list that can be filtered', async () => {
    const { shown } = await open(120, 40, {
      run: async () => ({
        result: [
          { upid: 'UPID:a', type: 'vzdump', node: 'pve1' },
          { upid: 'UPID:b', type: 'qmstart', node: 'pve2' },
        ],
      }),
    });
    await shown.press(':task list', enter);
    expect(shown.frame()).toContain('vzdump');
    expect(shown.frame()).toContain('2 rows');
    await shown.press('/qm', enter);
    expect(shown.frame()).toContain('1 of 2 rows');
    await shown.press(escape, escape);
    expect(shown.frame()).toContain('relay-dev');
  });

  it('shows the answer about one thing field by field, with what its numbers mean', async () => {
    const { shown } = await open(120, 40, {
      run: async () => ({
        result: {
          uptime: 3_542_400,
          memory: { total: 2 ** 36, used: 2 ** 35 },
          flags: ['a', 'b'],
          nics: [{ mac: 'BC:24' }],
        },
      }),
    });
    await shown.press(':node show pve1', enter);
    expect(shown.frame()).toMatch(/uptime +41d 0h/);
    expect(shown.frame()).toMatch(/memory\.total +64 GB/);
    expect(shown.frame()).toMatch(/flags +a, b/);
    expect(shown.frame()).toMatch(/nics\.1\.mac +BC:24/);
  });

  it('says in the footer why an answer did not come', async () => {
    const { shown } = await open(120, 40, {
      run: async () => {
        throw new ProxdeckError('permission', 'node.show needs Sys.Audit on /nodes/pve1.', {
          hint: 'Ask for the role.',
        });
      },
    });
    await shown.press(':node show pve1', enter);
    expect(shown.frame()).toContain('needs Sys.Audit on /nodes/pve1');
  });

  it('completes nouns, verbs and names, and offers what it would take', async () => {
    const { shown } = await open();
    await shown.press(':gue');
    expect(shown.frame()).toContain('start');
    await shown.press(escape, ':node pve', tab);
    expect(shown.frame()).toContain(':node pve1');
    await shown.press(tab);
    expect(shown.frame()).toContain(':node pve2');
  });

  it('recalls what was typed before, also after a restart', async () => {
    let kept = '';
    const views = new ViewState('', (text) => {
      kept = text;
    });
    screen = await openScreen({ columns: 120, rows: 40 }, { session: fakeSession(smallCluster()), views });
    await screen.press(':guests frigate', enter);
    screen.close();
    expect(kept).toContain('guests frigate');
    screen = await openScreen(
      { columns: 120, rows: 40 },
      { session: fakeSession(smallCluster()), views: new ViewState(kept, () => undefined) },
    );
    await screen.press(':', up);
    expect(screen.frame()).toContain(':guests frigate');
  });
});

describe('moving', () => {
  it('counts behind g and in a range, jumps to a row', async () => {
    const { shown } = await open();
    await shown.press('g', '3', 'j');
    expect(selectedRow(shown)).toContain('web-02');
    await shown.press('g', '2', 'G');
    expect(selectedRow(shown)).toContain('relay-db');
    await shown.press('V', '2', 'j');
    expect(shown.frame()).toContain('3 marked');
    await shown.press(escape);
    expect(shown.frame()).not.toContain('marked');
  });

  it('goes back and forward through what was visited', async () => {
    const { shown } = await open();
    await shown.press('jj', '/web', enter, '1', 'j', '6', '{');
    expect(selectedRow(shown)).toContain('pve2');
    await shown.press('{');
    expect(shown.frame()).toContain('/web');
    expect(selectedRow(shown)).toContain('web-01');
    await shown.press('}');
    expect(selectedRow(shown)).toContain('pve2');
    await shown.press('-');
    expect(shown.frame()).toContain('Guests');
  });

  it('begins in the list of a screen, not in the details that were left open there', async () => {
    const { shown } = await open(80, 24);
    await shown.press(enter, '1', '2', 'j');
    expect(selectedRow(shown)).toContain('relay-db');
    // Going back is going back to them.
    await shown.press(enter, '1', '{');
    expect(shown.frame()).toContain('container on');
    expect(selectedRow(shown)).toBe('');
  });

  it('sorts by a chosen column and shows the chosen columns, and both last', async () => {
    let kept = '';
    const views = new ViewState('', (text) => {
      kept = text;
    });
    const size = { columns: 120, rows: 40 };
    screen = await openScreen(size, { session: fakeSession(smallCluster()), views });
    await screen.press('s');
    expect(screen.frame()).toContain('sort by');
    await screen.press('jjjjj', enter);
    expect(screen.frame()).toContain('cpu▾');
    await screen.press('v');
    expect(screen.frame()).toContain('columns');
    await screen.press('jj', ' ', escape);
    expect(screen.frame().split('\n')[2]).not.toContain('type');
    screen.close();
    screen = await openScreen(size, {
      session: fakeSession(smallCluster()),
      views: new ViewState(kept, () => undefined),
    });
    expect(screen.frame()).toContain('cpu▾');
    expect(screen.frame().split('\n')[2]).not.toContain('type');
  });

  it('scrolls through the wide view by columns', async () => {
    const { shown } = await open(80, 24);
    await shown.press('w');
    const before = shown.frame().split('\n')[2];
    await shown.press('l', 'l', 'l');
    const after = shown.frame().split('\n')[2];
    expect(before).toContain('state');
    expect(after).not.toBe(before);
    expect(after).toContain('name');
    await shown.press('w');
    expect(shown.frame().split('\n')[2]).not.toBe(after);
  });

  it('remembers the zoom, and the screen of last time as the one before', async () => {
    let kept = '';
    const size = { columns: 120, rows: 40 };
    const views = (text: string): ViewState =>
      new ViewState(text, (next) => {
        kept = next;
      });
    screen = await openScreen(size, { session: fakeSession(smallCluster()), views: views('') });
    await screen.press('+', '6');
    expect(screen.frame()).toContain('Tasks');
    screen.close();
    screen = await openScreen(size, { session: fakeSession(smallCluster()), views: views(kept) });
    expect(screen.frame()).not.toContain('summary');
    await screen.press('_');
    expect(screen.frame()).toContain('summary');
    await screen.press('-');
    expect(screen.frame()).toContain('Tasks');
  });

  it('recalls filters', async () => {
    const { shown } = await open();
    await shown.press('/frigate', enter, escape, '/', up);
    expect(shown.frame()).toContain('/frigate_');
  });

  it('says in place what is odd about a filter', async () => {
    const { shown } = await open();
    await shown.press('/tga:web');
    expect(shown.frame()).toContain('there is no field tga: here. Did you mean tag?');
  });
});

describe('the help', () => {
  it('is searched, and Enter runs what was found', async () => {
    const { shown } = await open();
    await shown.press('?', '/only what is in trouble', enter, enter);
    expect(shown.frame()).toContain('old-mail');
    expect(shown.frame()).not.toContain('frigate');
  });

  it('closes with the key that opened it', async () => {
    const { shown } = await open();
    await shown.press('?');
    expect(shown.frame()).toContain('what it does');
    await shown.press('?');
    expect(shown.frame()).toContain('relay-dev');
  });
});

describe('keys of one’s own', () => {
  it('are what counts, and what footer, help and palette show', async () => {
    const { shown } = await open();
    shown.app.keyboard.setKeys({ bindings: { faults: ['F'], 'guests/actions': ['m'] } });
    await shown.press('F');
    expect(shown.frame()).toContain('old-mail');
    expect(shown.frame()).not.toContain('frigate');
    expect(shown.frame()).toContain('m actions');
    await shown.press('?', '/only what is in', enter);
    expect(shown.frame()).toMatch(/F +only what is in trouble/);
    await shown.press(escape, escape, ctrlK, 'only what');
    expect(shown.frame()).toMatch(/only what is in trouble +F/);
  });

  it('run commands of one’s own by key, by name and from the palette', async () => {
    const { shown } = await open();
    const ran: string[] = [];
    const { bindings } = ownBindings({
      hello: { key: 'H', on: ['guests'], title: 'say hello', exec: 'true', confirm: false, pause: false },
    });
    shown.app.keyboard.setKeys({}, bindings);
    shown.app.keyboard.onOwnCommand = (action) => ran.push(action);
    await shown.press('H', ':hello', enter, ctrlK, 'say hel', enter);
    expect(ran).toEqual(['command.hello', 'command.hello', 'command.hello']);
  });
});

describe('every key', () => {
  it.each(screenNames)('of the screen %s does something there', async (name) => {
    const { shown } = await open();
    shown.app.show(name);
    await shown.app.navigation.arriving;
    const scopes: readonly string[] = [name, 'global'];
    const dead = keyTable.filter((binding) => scopes.includes(binding.scope) && !shown.app.keyboard.does(binding));
    expect(dead.map(({ scope, action }) => `${scope}/${action}`)).toEqual([]);
  });

  it('of lists, details and what lies over them does something', async () => {
    const { shown } = await open();
    const dead = (scope: string): readonly string[] =>
      keyTable
        .filter((binding) => binding.scope === scope && !shown.app.keyboard.does(binding))
        .map(({ action }) => action);
    expect([...dead('list'), ...dead('filter')]).toEqual([]);
    await shown.press(ctrlK);
    expect(dead('palette')).toEqual([]);
    await shown.press(escape, ':');
    expect(dead('command')).toEqual([]);
    await shown.press(escape, 'v');
    expect(dead('columns')).toEqual([]);
    await shown.press(escape, '?');
    expect(dead('help')).toEqual([]);
  });
});

describe('ten thousand guests', () => {
  it('are found by letters', async () => {
    const many = smallCluster({
      guests: Array.from({ length: 10_000 }, (_, at) => aGuest(1000 + at, { name: `host-${String(at)}` })),
    });
    screen = await openScreen({ columns: 120, rows: 40 }, { session: fakeSession(many) });
    await screen.press(ctrlK, 'host-7654', enter);
    expect(selectedRow(screen)).toContain('host-7654');
  });
});
