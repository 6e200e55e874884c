import { describe, expect, it } from 'vitest';
import type { Choice, FormDefinition } from '../../src/ui/form.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import type { Plan } from '../../src/ui/session.ts';
import { ViewState } from '../../src/ui/viewState.ts';
import { fakeSession, smallCluster } from '../support/cluster.ts';
import { openScreen } from '../support/screen.tsx';

const enter = '\r';
const escape = '\u001B';
const tab = '\t';
const down = '\u001B[B';

const pool: FormDefinition = {
  title: 'New pool',
  verb: 'Create',
  draft: 'pool',
  pages: [
    {
      title: 'Name',
      fields: () => [
        {
          kind: 'text',
          name: 'pool',
          label: 'Name',
          required: true,
          help: 'letters and digits',
          check: (value) => (/^[a-z]+$/.test(value) ? undefined : 'A name has small letters only.'),
        },
        { kind: 'secret', name: 'password', label: 'Password' },
      ],
    },
    {
      title: 'Members',
      fields: ({ node }) => [
        {
          kind: 'choice',
          name: 'node',
          label: 'Node',
          choices: [
            { value: 'pve1', label: 'pve1', detail: '4 GB free' },
            { value: 'pve2', label: 'pve2', impossible: 'is away' },
            { value: 'pve3', label: 'pve3' },
          ],
        },
        { kind: 'toggle', name: 'start', label: 'Start', usual: 'on' },
        { kind: 'many', name: 'keys', label: 'Keys', choices: ['a', 'b'].map((value) => ({ value, label: value })) },
        { kind: 'text', name: 'note', label: 'Note', usual: `on ${node ?? ''}`, suggestions: ['something long'] },
      ],
      notes: ({ node }) => [`it will live on ${node ?? 'nothing'}`],
    },
  ],
  call: ({ password: _secret, ...input }) => ({ name: 'pool.create', input }),
};

const open = async ({
  plan,
  size = [120, 40],
  views,
}: {
  readonly plan?: () => Promise<Plan>;
  readonly size?: readonly [number, number];
  readonly views?: ViewState;
} = {}) => {
  const session = fakeSession(smallCluster(), plan === undefined ? {} : { plan });
  const screen = await openScreen(
    { columns: size[0], rows: size[1] },
    { session, ...(views !== undefined && { views }) },
  );
  screen.app.openForm(pool);
  await screen.press('');
  return { screen, session };
};

describe('a form', () => {
  it('goes from field to field, tells what is wrong at its place and goes on when it is right', async () => {
    const { screen } = await open();
    expect(screen.frame()).toContain('Name ▸ Members ▸ Review');
    await screen.press(enter);
    expect(screen.frame()).toContain('Name is needed.');
    await screen.press('Web', enter);
    expect(screen.frame()).toContain('A name has small letters only.');
    await screen.press('\u0015web', enter, 'hunter2', enter);
    expect(screen.frame()).toContain('it will live on pve1');
    expect(screen.frame()).not.toContain('hunter2');
  });

  it('chooses what is possible, turns on and off, and says why not', async () => {
    const { screen } = await open();
    await screen.press('web', enter, enter);
    expect(screen.frame()).toMatch(/pve2 +is away/);
    await screen.press(down);
    expect(screen.frame()).toContain('it will live on pve3');
    await screen.press('k');
    expect(screen.frame()).toContain('it will live on pve1');
    await screen.press(enter, ' ', tab, ' ', down, ' ');
    expect(screen.frame()).toMatch(/Start +○ off/);
    expect(screen.frame()).toMatch(/Keys +a, b/);
    await screen.press(tab, '\u0015so');
    expect(screen.frame()).toContain('something long');
    await screen.press('\u001B[C', enter);
    expect(screen.frame()).toContain('proxdeck pool.create');
  });

  it('shows what would be done before it is done, and does it', async () => {
    const { screen, session } = await open();
    await screen.press('web', enter, 'secret', enter, enter, enter, enter, enter);
    expect(screen.frame()).toMatch(/▸ Create .*Dry run .*Save draft .*Cancel/);
    await screen.press(enter);
    expect(session.ran).toEqual([
      { name: 'pool.create', input: { pool: 'web', node: 'pve1', start: 'on', keys: '', note: 'on pve1' } },
    ]);
    expect(screen.app.state.overlay).toBeUndefined();
  });

  it('tells why it cannot be done, and goes back to the answers', async () => {
    const { screen, session } = await open({
      plan: async () => {
        throw new ProxdeckError('permission', 'pool.create needs Pool.Allocate on /pool/web.', { hint: 'Ask for it.' });
      },
    });
    await screen.press('web', enter, enter, enter, enter, enter, enter);
    expect(screen.frame()).toContain('needs Pool.Allocate on /pool/web');
    await screen.press(escape);
    expect(screen.frame()).toContain('it will live on pve1');
    await screen.press(escape);
    expect(screen.frame()).toMatch(/Name +web/);
    expect(session.ran).toEqual([]);
  });

  it('scrolls through what stands in the way where there is no room for all, the buttons in sight', async () => {
    const hazards = Array.from({ length: 40 }, (_, at) => `trouble ${String(at + 1)}.`);
    const { screen } = await open({
      size: [80, 24],
      plan: async () => ({
        title: 'Make a pool',
        hazards,
        command: 'proxdeck pool create web',
        verb: 'create',
        calls: [],
      }),
    });
    await screen.press('web', enter, enter, enter, enter, enter, enter);
    expect(screen.frame()).toContain('trouble 1.');
    expect(screen.frame()).toMatch(/▾ \d+ more lines/);
    expect(screen.frame()).toMatch(/▸ Create/);
    await screen.press(...Array.from({ length: 60 }, () => down));
    expect(screen.frame()).toContain('trouble 40.');
    expect(screen.frame()).toMatch(/▴ \d+ more lines/);
    expect(screen.frame()).not.toMatch(/▾ \d+ more lines/);
    expect(screen.frame()).toMatch(/same as +proxdeck pool create web/);
    expect(screen.frame()).toMatch(/▸ Create/);
  });

  it.each([
    ['at once where nothing stands in the way', [], 1],
    ['only when asked again where something does', ['A backup of it runs.'], 0],
  ] as const)('does what was asked for before the plan was known, %s', async (_, hazards, ran) => {
    const { promise, resolve } = Promise.withResolvers<Plan>();
    const { screen, session } = await open({ plan: () => promise });
    await screen.press('web', enter, enter, enter, enter, enter, enter);
    expect(screen.frame()).toContain('looking at what stands before it');
    await screen.press(enter);
    expect(session.ran).toHaveLength(0);
    resolve({ title: 'New pool', verb: 'Create', hazards, calls: [], command: 'proxdeck pool create web' });
    await screen.press('');
    expect(session.ran).toHaveLength(ran);
    if (ran === 0) await screen.press(enter);
    expect(session.ran).toHaveLength(1);
  });

  it('keeps what was answered when it is left, but no secret', async () => {
    const written: string[] = [];
    const views = new ViewState('', (text) => written.push(text));
    const { screen } = await open({ views });
    await screen.press('web', enter, 'hunter2', escape);
    expect(screen.frame()).toContain('kept as a draft');
    views.close();
    expect(written.join('')).toContain('"web"');
    expect(written.join('')).not.toContain('hunter2');
    screen.app.openForm(pool);
    await screen.press('');
    expect(screen.frame()).toContain('taken up where it was left');
    expect(screen.frame()).toMatch(/Name +web/);
  });

  it('takes pasted text, and is no taller than the terminal', async () => {
    const { screen } = await open({ size: [40, 10] });
    await screen.press('\u001B[200~web\u001B[201~', enter, enter);
    const lines = screen.frame().split('\n');
    expect(lines).toHaveLength(10);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(screen.frame()).toContain('pve1');
  });
});

it('loses nothing of what is typed in one go, though an answer brings another field', async () => {
  const { screen, session } = await open();
  screen.app.openForm({
    title: 'Quick',
    verb: 'Do',
    pages: [
      {
        title: 'One',
        fields: ({ first = '' }) => [
          { kind: 'text', name: 'first', label: 'First' },
          ...(first === '' ? [] : [{ kind: 'text', name: 'second', label: 'Second' } as const]),
        ],
      },
      { title: 'Two', fields: () => [{ kind: 'text', name: 'third', label: 'Third', required: true }] },
    ],
    call: (input) => ({ name: 'pool.create', input }),
  });
  const { keyboard } = screen.app;
  keyboard.pressAll([...'ab', 'enter', ...'cd', 'enter', ...'ef', 'enter']);
  await screen.press('');
  await screen.press(enter);
  expect(session.ran).toEqual([{ name: 'pool.create', input: { first: 'ab', second: 'cd', third: 'ef' } }]);
});

it('says that the cluster is still asked, until it has answered', async () => {
  const known: { choices?: readonly Choice[] } = {};
  const { screen, session } = await open();
  screen.app.openForm({
    title: 'Slow',
    verb: 'Do',
    draft: 'slow',
    pages: [{ title: 'One', fields: () => [{ kind: 'choice', name: 'node', label: 'Node', choices: known.choices }] }],
    call: (input) => ({ name: 'pool.create', input }),
  });
  await screen.press(enter);
  expect(screen.frame()).toContain('Node: the cluster is still being asked.');
  known.choices = [{ value: 'pve1', label: 'pve1' }];
  screen.app.changed();
  await screen.press('');
  expect(screen.frame()).not.toContain('still being asked');
  await screen.press(enter, enter);
  expect(session.ran).toEqual([{ name: 'pool.create', input: { node: 'pve1' } }]);
});

it('keeps no draft where nothing was answered', async () => {
  const { screen } = await open();
  await screen.press(escape);
  expect(screen.app.state.overlay).toBeUndefined();
  expect(screen.frame()).not.toContain('kept as a draft');
});
