import { afterEach, describe, expect, it } from 'vitest';
import { ProxdeckError } from '../../src/models/error.ts';
import { loadOperation, operations } from '../../src/operations/catalog.ts';
import type { Session } from '../../src/ui/session.ts';
import { formOfOperation } from '../../screens/forms/ofOperation.ts';
import { fakeDesk } from '../support/desk.ts';
import { fakeSession, smallCluster } from '../support/cluster.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';

/** The command line: what needs more than was typed opens its form. */

const enter = '\r';
const tab = '\t';
const right = '\u001B[C';
const down = '\u001B[B';

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (columns = 120, rows = 40, over: Partial<Session> = {}) => {
  const session = fakeSession(smallCluster(), over);
  screen = await openScreen({ columns, rows }, { session });
  screen.app.desk = fakeDesk();
  return { shown: screen, session };
};

/** A form is loaded when the first one is opened. */
const opened = async (shown: TestScreen, title: string): Promise<void> => {
  await expect.poll(() => shown.frame(), { timeout: 10_000 }).toContain(`─ ${title} ─`);
};

describe('a line that does not say all', () => {
  it.each([
    [80, 24],
    [120, 40],
  ])('opens a form with what was typed at %i×%i, and does what is answered', async (columns, rows) => {
    const { shown, session } = await open(columns, rows);
    await shown.press(':pool create', enter);
    await opened(shown, 'Make a pool');
    await shown.press('web', enter, 'for the web', enter, 'web-', enter, ' ', down, ' ', enter);
    await shown.press(enter);
    expect(session.ran).toEqual([
      { name: 'pool.create', input: { pool: 'web', comment: 'for the web', guest: ['118', '119'] } },
    ]);
  });

  it.each([
    [80, 24],
    [120, 40],
  ])('is asked field by field where the operation has no form of its own, at %i×%i', async (columns, rows) => {
    const { shown, session } = await open(columns, rows);
    shown.app.openForm(formOfOperation(await loadOperation('pool.create'), {}));
    await shown.press('');
    expect(shown.frame()).toContain('Pool ▸ Options ▸ Review');
    await shown.press(enter);
    expect(shown.frame()).toContain('Pool is needed.');
    await shown.press('a pool', enter);
    expect(shown.frame()).toMatch(/Pool: a pool has letters/);
    await shown.press('\u0015web', enter, 'for the web', enter, '1', '04 web-', right, enter);
    expect(shown.frame()).toMatch(/There is no guest web-0\./);
    await shown.press('1', enter, enter);
    expect(session.ran).toEqual([
      { name: 'pool.create', input: { pool: 'web', comment: 'for the web', guest: ['104', 'web-01'] } },
    ]);
  });

  it('makes a workspace field by field: folder, networks, targets', async () => {
    const { shown, session } = await open();
    await shown.press(':workspace init', enter);
    await opened(shown, 'Make a workspace: a folder for stacks and what is rendered of them');
    await shown.press(enter);
    expect(shown.frame()).toContain('Folder is needed.');
    await shown.press('/tmp/lab', enter);
    await shown.press('dev=10.100.0.0/24', enter);
    expect(shown.frame()).toContain('write a network as dev=100:10.100.0.0/24');
    await shown.press('\u0015dev=100:10.100.0.0/24@10.100.0.1', enter, 'here=local', enter, enter);
    expect(session.ran).toEqual([
      {
        name: 'workspace.init',
        input: { folder: '/tmp/lab', vlan: ['dev=100:10.100.0.0/24@10.100.0.1'], target: ['here=local'] },
      },
    ]);
  });

  it('is run at once where it says all', async () => {
    const { shown, session } = await open();
    await shown.press(':pool create web', enter);
    expect(session.ran).toEqual([{ name: 'pool.create', input: { pool: 'web' } }]);
  });

  it('takes what stands under the cursor for what it is about', async () => {
    const { shown } = await open();
    await shown.press('j', ':guest migrate', enter);
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(/─ [^─]*105 relay-db[^─]* ─/);
  });

  it('offers what can be chosen, and nothing where nothing has to be said', async () => {
    const { shown, session } = await open();
    await shown.press(':context use', enter);
    await opened(shown, 'Choose the cluster to work with');
    expect(shown.frame()).toMatch(/homelab/);
    await shown.press(down, enter, enter);
    await settle();
    expect(session.ran).toEqual([{ name: 'context.use', input: { name: 'work' } }]);
  });

  it('asks for secrets in the form: they are never on the line, nor seen', async () => {
    const { shown, session } = await open();
    await shown.press(':context add lab --url https://pve9:8006', enter);
    await opened(shown, 'Add a cluster');
    await shown.press(enter, enter);
    while (!/▸ Token/.test(shown.frame())) await shown.press(tab);
    await shown.press('root@pam!x=0000-secret');
    expect(shown.frame()).not.toContain('0000-secret');
    expect(session.ran).toEqual([]);
  });

  it('opens its form when the cluster says that something is missing, with what is', async () => {
    const { shown } = await open(120, 40, {
      run: async () => {
        throw new ProxdeckError('usage', 'Nothing is named that should change.', { hint: 'See the help.' });
      },
    });
    await shown.press(':pool set relay --move', enter);
    await opened(shown, 'Change a pool: its comment, guests and storages');
    expect(shown.frame()).toContain('Nothing is named that should change.');
    expect(shown.frame()).toMatch(/Pool +relay/);
  });

  it.each([
    [':guest create ct', 'new container'],
    [':guest create vm', 'new virtual machine'],
    [':guest clone 104', 'clone 104 relay-dev'],
    [':guest migrate 104', '104 relay-dev'],
    [':guest resize 104', '104 relay-dev'],
    [':guest set 104', '104 relay-dev'],
    [':snapshot create 104', '104 relay-dev'],
    [':storage upload', 'Upload a file to a storage'],
    [':storage download-url', 'Download from a URL to a storage'],
    [':template download', 'Download a template of containers'],
    [':node evacuate pve1 --target pve2', 'Move all guests of pve1 away'],
    [':pool set relay', 'Change the pool relay'],
  ])('%s opens the form that knows more than the fields tell', async (line, title) => {
    // What the operation says of a call that does not say enough.
    const { shown } = await open(120, 40, {
      run: async () => {
        throw new ProxdeckError('usage', 'Something is missing.');
      },
      ask: async () => {
        throw new ProxdeckError('unreachable', 'The test has no answers.');
      },
    });
    await shown.press(line, enter);
    await expect
      .poll(() => shown.frame().toLowerCase(), { timeout: 10_000 })
      .toMatch(new RegExp(`┌─ [^─]*${title.toLowerCase()}[^─]* ─`));
  });

  it('leads through a new cluster, and into a console', async () => {
    const { shown, session } = await open();
    await shown.press(':node console pve1', enter);
    await expect
      .poll(() => session.ran, { timeout: 10_000 })
      .toEqual([{ name: 'node.console', input: { node: 'pve1' } }]);
    await shown.press(':connect', enter);
    const { desk } = shown.app;
    await expect
      .poll(() => (desk !== undefined && 'done' in desk ? desk.done : []), { timeout: 10_000 })
      .toEqual(['add']);
  });

  it('stays where it only reads, with what it takes', async () => {
    const { shown } = await open();
    await shown.press(':guest show', enter);
    expect(shown.frame()).toContain('guest.show needs guest:');
  });
});

describe('completion', () => {
  it.each([
    [':pool set re', /─\n +relay\n:pool set re/],
    [':context use wo', /─\n +work +https:\/\/dc1:8006\n:context use wo/],
    [':storage upload --sto', /─\n +--storage +name of a storage\n:storage upload --sto/],
  ])('of %s knows what there is', async (line, found) => {
    const { shown } = await open();
    await shown.press(line);
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(found);
  });
});

describe('every operation that changes something', () => {
  const changing = operations.filter(({ risk }) => risk !== 'read').map(({ name }) => name);

  it.each(changing)('%s has a form that asks for all it needs', async (name) => {
    const operation = await loadOperation(name);
    const { shown } = await open();
    const form = formOfOperation(operation, {});
    const drawing = { app: shown.app, look: shown.app.appearance.getState(), now: shown.app.now() };
    const asked = form.pages.flatMap((page) => page.fields({}, drawing));
    expect(new Set(asked.map((field) => field.name))).toEqual(new Set(Object.keys(operation.input.shape)));
    // What nobody answered is not said.
    expect(form.call({}).input).toEqual({});
    expect(form.verb).not.toBe('');
  });
});
