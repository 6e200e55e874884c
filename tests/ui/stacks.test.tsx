import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { generatorNames } from '../../src/models/artifact.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import { answering, type AnswerTable, type FailureTable } from '../support/answers.ts';
import { fakeSession, smallCluster } from '../support/cluster.ts';
import { fakeDesk } from '../support/desk.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

/** Stacks of the workspace on their screen. */

const enter = '\r';
const escape = '\u001B';
const down = '\u001B[B';
const right = '\u001B[C';
const pageDown = '\u001B[6~';

const answers: AnswerTable = {
  'stack.list': [
    {
      name: 'lucia',
      title: 'Lucia',
      services: 2,
      routes: 1,
      settings: 9,
      secrets: 4,
      rendered: ['compose', 'helm'],
      file: '/srv/ws/stacks/lucia/compose.yaml',
    },
    {
      name: 'odd',
      rendered: [],
      problem: 'compose.yaml:3:5: there is no key imgae. Did you mean image?',
      file: '/srv/ws/stacks/odd/compose.yaml',
      line: 3,
    },
  ],
  'stack.show': {
    name: 'lucia',
    version: '1.0.0',
    folder: '/srv/ws/stacks/lucia',
    services: [
      { name: 'lucia', image: 'seiggy/lucia', ports: ['7235:8080'], needs: ['redis'], description: undefined },
    ],
    routes: [{ route: 'lucia.home.arpa/', service: 'lucia', port: 8080, tls: 'internal', websocket: true }],
    settings: [
      {
        name: 'OpenAI__BaseUrl',
        type: 'url',
        required: false,
        default: 'https://api.openai.com/v1',
        description: 'where it answers',
      },
    ],
    secrets: [],
    volumes: ['redis-data'],
    files: [],
    generators: [
      { name: 'compose', files: 1, losses: 0 },
      { name: 'helm', files: 1, losses: 1 },
    ],
  },
  'secret.list': [{ name: 'OpenAI__ApiKey', kind: 'setting', state: 'missing', usedBy: ['lucia'], how: 'given' }],
  'stack.files': [
    { path: 'compose/compose.yaml', change: 'kept', size: 40, folder: '/srv/ws/rendered/lucia' },
    { path: 'helm/Chart.yaml', change: 'unchanged', size: 80, folder: '/srv/ws/rendered/lucia' },
  ],
  'stack.file': {
    path: 'compose/compose.yaml',
    folder: '/srv/ws/rendered/lucia',
    change: 'kept',
    text: 'name: lucia\nservices:\n  lucia:\n    init: true\n',
    patch: ['@@ -4,1 +4,1 @@', '-    init: true', '+    init: false'],
  },
  'stack.losses': [
    { generator: 'helm', path: 'services.lucia.ports', message: 'Port 7235 is not opened on the nodes.' },
  ],
  'stack.problems': [
    {
      severity: 'error',
      where: 'compose.yaml:3:5',
      message: 'there is no key imgae. Did you mean image?',
      hint: 'Correct the Compose file.',
      file: '/srv/ws/stacks/odd/compose.yaml',
      line: 3,
    },
    { severity: 'warning', where: 'OpenAI__ApiKey', message: 'This secret is missing.' },
  ],
  'stack.preview': [
    { path: 'compose/compose.yaml', size: 40 },
    { path: 'helm/Chart.yaml', size: 80 },
    { path: 'helm/values.yaml', size: 80 },
  ],
  'stack.blueprints': [{ name: 'whoami', title: 'whoami', description: 'Tells who asks.' }],
};

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (
  [columns, rows]: readonly [number, number],
  failures: FailureTable = {},
  others: AnswerTable = {},
) => {
  const { ask } = answering({ ...answers, ...others }, failures);
  const session = fakeSession(smallCluster(), { ask });
  screen = await openScreen({ columns, rows }, { session });
  const shown = screen;
  const desk = fakeDesk();
  shown.app.desk = desk;
  const sees = async (text: string | RegExp): Promise<void> => {
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(text);
  };
  await shown.press('3');
  return { shown, session, sees, edited: desk.done };
};

const sizes: readonly (readonly [number, number])[] = [
  [80, 24],
  [120, 40],
];

describe('stacks', () => {
  it.each(sizes)('are told with what they are made of, at %i×%i', async (columns, rows) => {
    const { shown, sees } = await open([columns, rows]);
    await sees(/lucia +● rendered/);
    await sees(/odd +✖ has a problem/);
    await shown.press(enter);
    await sees(/seiggy\/lucia +7235:8080/);
    await sees(/lucia\.home\.arpa\/ +lucia:8080/);
    await shown.press(']');
    await sees(/OpenAI__BaseUrl/);
    await shown.press(']');
    await sees(/OpenAI__ApiKey +✖ missing/);
    await shown.press(']');
    await sees(/compose\.yaml +▲ edited/);
    await shown.press(']');
    await sees('services.lucia.ports');
    expect(shown.frame()).toContain('Port 7235');
  });

  it('say where the fault is that keeps them from being loaded', async () => {
    const { shown, sees } = await open([120, 40]);
    await sees(/odd +✖ has a problem/);
    await shown.press('j', enter);
    await sees('compose.yaml:3:5');
    expect(shown.frame()).not.toContain('settings');
  });

  it('list what is wrong with its place, and open the editor there', async () => {
    const { shown, sees, edited } = await open([120, 40]);
    await sees(/odd +✖ has a problem/);
    await shown.press('j', enter, ']');
    await sees(/✖ compose\.yaml:3:5/);
    await sees(/▲ OpenAI__ApiKey/);
    await shown.press('j', enter);
    await shown.press(escape, 'e');
    await expect.poll(() => edited).toEqual(Array(2).fill('edit /srv/ws/stacks/odd/compose.yaml:3'));
    await shown.press('k', 'e');
    await expect.poll(() => edited.at(-1)).toBe('edit /srv/ws/stacks/lucia/compose.yaml');
  });

  it('let a rendered file be edited where it is shown', async () => {
    const { shown, sees, edited } = await open([120, 40]);
    await sees(/lucia +● rendered/);
    await shown.press(enter, ']', ']', ']');
    await sees(/compose\.yaml +▲ edited/);
    await shown.press('j', enter);
    await sees(/4 {2} {4}init: true/);
    await shown.press('e');
    await expect.poll(() => edited).toEqual(['edit /srv/ws/rendered/lucia/compose/compose.yaml']);
  });

  it('show a rendered file with its lines numbered, and before it what a render would change', async () => {
    const { shown, sees } = await open([120, 40]);
    await sees(/lucia +● rendered/);
    await shown.press(enter, ']', ']', ']');
    await sees(/compose\.yaml +▲ edited/);
    await shown.press('j', enter);
    await sees('lucia/compose/compose.yaml');
    await sees(/- {4}init: true/);
    expect(shown.frame()).toMatch(/4 {2} {4}init: true/);
  });

  it('show a file that is not rendered yet once, not also as a difference', async () => {
    const { shown, sees } = await open(
      [120, 40],
      {},
      {
        'stack.file': {
          path: 'compose/compose.yaml',
          folder: '/srv/ws/rendered/lucia',
          change: 'new',
          text: 'name: lucia\n',
          patch: ['@@ -0,0 +1,1 @@', '+name: lucia'],
        },
      },
    );
    await sees(/lucia +● rendered/);
    await shown.press(enter, ']', ']', ']');
    await sees(/compose\.yaml +▲ edited/);
    await shown.press('j', enter);
    await sees('1  name: lucia');
    expect(shown.frame()).not.toContain('+name: lucia');
  });

  it('are rendered over a form that knows the ways', async () => {
    const { shown, session, sees } = await open([120, 40]);
    await sees(/lucia +● rendered/);
    await shown.press('x', 'r');
    await sees(/\[x\] helm/);
    await shown.press(' ', pageDown);
    await sees('same as');
    await shown.press(enter);
    expect(session.ran).toEqual([{ name: 'stack.render', input: { name: 'lucia', only: ['helm'] } }]);
  });

  it('are rendered in no way where none is chosen, which is said', async () => {
    const { shown, session, sees } = await open([120, 40]);
    await sees(/lucia +● rendered/);
    await shown.press('x', 'r');
    await sees(/\[x\] helm/);
    await shown.press(' ', '\u001B[B', ' ', pageDown);
    await sees('No way is chosen');
    await shown.press(enter);
    expect(session.ran).toEqual([]);
  });

  it('are removed over the question what is lost, with nothing empty before it', async () => {
    const { shown, session, sees } = await open([80, 24]);
    await sees(/lucia +● rendered/);
    await shown.press('x', 'D');
    await expect.poll(() => session.ran).toEqual([{ name: 'stack.remove', input: { name: 'lucia' } }]);
  });

  it('are begun from a blueprint, under a name that is free', async () => {
    const { shown, session, sees } = await open([120, 40]);
    await sees(/lucia +● rendered/);
    await shown.press('n');
    await sees('Tells who asks');
    await shown.press(enter, enter, '\u0015lucia', enter);
    await sees('There is a stack lucia already');
    await shown.press('\u0015Web', enter);
    await sees('A name has small letters');
    await shown.press('\u0015who', enter);
    await sees('3 files:');
    await sees('helm (2): Chart.yaml values.yaml');
    await shown.press(enter, ' ', enter);
    await sees('same as');
    await shown.press(enter);
    const only = generatorNames.filter((way) => way !== 'compose');
    expect(session.ran).toEqual([
      { name: 'stack.add', input: { name: 'who', blueprint: 'whoami', render: true, only } },
    ]);
  });

  it('are begun from a file that is named as in a shell, with its path completed', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'proxdeck-own-'));
    await mkdir(path.join(folder, 'shop'));
    vi.stubEnv('HOME', folder);
    try {
      const { shown, session, sees } = await open([120, 40]);
      await sees(/lucia +● rendered/);
      await shown.press('n');
      await sees('Tells who asks');
      await shown.press(down, enter);
      await shown.press('~/sh');
      await sees('~/shop/');
      await shown.press(right, enter, 'shop', enter);
      await sees('3 files:');
      await shown.press(enter, enter);
      await sees('same as');
      await shown.press(enter);
      expect(session.ran).toEqual([
        { name: 'stack.add', input: { name: 'shop', from: path.join(folder, 'shop'), render: true } },
      ]);
    } finally {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    }
  });

  it('are no longer listed once their workspace cannot be read, which is said', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    try {
      const failures: { 'stack.list'?: ProxdeckError } = {};
      const { shown, sees } = await open([120, 40], failures);
      await sees(/lucia +● rendered/);
      failures['stack.list'] = new ProxdeckError('config', '/srv/ws/proxdeck.yaml:2:1: tragets: there is no such key.');
      await vi.advanceTimersByTimeAsync(6_000);
      await sees('proxdeck.yaml:2:1');
      expect(shown.frame()).not.toMatch(/lucia +●/);
    } finally {
      vi.useRealTimers();
    }
  });

  it('say how a workspace is made where there is none', async () => {
    const { shown, sees } = await open([120, 40], {
      'stack.list': new ProxdeckError('not-found', 'There is no workspace here.', {
        hint: 'Make one with `proxdeck workspace init FOLDER`.',
      }),
    });
    await sees('There is no workspace here');
    expect(shown.frame()).toContain('proxdeck workspace init FOLDER');
  });
});
