import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { configFile } from '../../src/config/paths.ts';
import { connectSession } from '../../src/faces/tui/connect.ts';
import { openDesk } from '../../src/faces/tui/desk.ts';
import { settingRows } from '../../src/faces/tui/settingRows.ts';
import type { TuiOptions } from '../../src/faces/tui/start.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';
import { aHome } from '../unit/config/folder.ts';

/** Contexts and settings with real files, sessions and servers under the real screens. */

const fixture = new URL('../unit/cli/cluster.yaml', import.meta.url).pathname;
let home: Simulator;
let work: Simulator;
beforeAll(async () => {
  [home, work] = await Promise.all([
    startSimulator({ port: 0, faults: [], fixture }),
    startSimulator({ port: 0, faults: [], fixture }),
  ]);
});
afterAll(() => Promise.all([home.close(), work.close()]));

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const entry = (name: string, { url, token, fingerprint }: Simulator, more = ''): string =>
  `  ${name}:\n    url: ${url}\n    token: '${token}'\n    fingerprint: '${fingerprint}'\n${more}`;

const flags = { noColor: false, ascii: false, reducedMotion: false };

/** The program with two clusters, one context that nobody answers for, and one without a credential. */
const open = async (over: Partial<TuiOptions> = {}, yaml = '') => {
  const contexts = [
    entry('home', home),
    entry('work', work, '    prod: true\n'),
    "  gone:\n    url: https://127.0.0.1:9\n    token: 'root@pam!main=8d1f4c1e-0000-4000-8000-000000000001'\n",
    '  locked:\n    url: https://127.0.0.1:9\n',
  ].join('');
  const env = { ...aHome(`${yaml}current: home\ncontexts:\n${contexts}`), TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  const options: TuiOptions = {
    env,
    stateFolder: env.XDG_STATE_HOME,
    readOnly: false,
    allContexts: false,
    looks: flags,
    ...over,
  };
  const session = await connectSession(options, undefined);
  screen = await openScreen({ columns: 140, rows: 40 }, { session });
  const { app } = screen;
  await openDesk(app, options, session, (run) => run());
  onTestFinished(async () => app.desk?.close());
  await expect.poll(() => app.live.getState().connection.state).toBe('live');
  await settle();
  return { screen, app, session, env };
};

/** The first line with its colours: a theme's paper lies under it, and no tag is in it. */
const header = (shown: TestScreen): string => shown.styled().split('\n')[0] ?? '';

describe('going from cluster to cluster', () => {
  it('shows the other one, asks the first one nothing any more, and has its picture when it comes back', async () => {
    const { screen: shown, app, session } = await open();
    expect(shown.frame()).toContain('home ▸ Guests');
    await app.desk?.contexts.switchTo('work');
    expect(app.live.getState()).toMatchObject({ contextName: 'work', prod: true });
    await expect.poll(() => app.live.getState().connection.state).toBe('live');
    expect(session.inventory.automatic).toBe(false);
    const asked = session.calls.records.length;
    await session.inventory.refresh();
    expect(session.calls.records).toHaveLength(asked);
    await app.desk?.contexts.switchTo('home');
    const { snapshot } = app.live.getState();
    expect(snapshot.at).toBeGreaterThan(0);
    expect(snapshot.guests.length).toBeGreaterThan(0);
    expect(app.session).not.toBe(session);
  });

  it('ends where the last wish was, however fast they come', async () => {
    const { app } = await open();
    const contexts = app.desk?.contexts;
    await Promise.all([contexts?.switchTo('work'), contexts?.switchTo('gone'), contexts?.switchTo('home')]);
    expect(app.live.getState().contextName).toBe('home');
    await Promise.all([contexts?.switchTo('work'), contexts?.switchTo('gone')]);
    expect(app.live.getState().contextName).toBe('gone');
  });

  it('stays where it is when the other one cannot be opened', async () => {
    const { app } = await open();
    await expect(app.desk?.contexts.switchTo('locked')).rejects.toMatchObject({ code: 'auth' });
    expect(app.live.getState().contextName).toBe('home');
  });

  it('knows the contexts with their marks and pictures, and none of their secrets', async () => {
    const { app } = await open();
    await app.desk?.contexts.switchTo('work');
    await expect
      .poll(async () => {
        await app.desk?.contexts.read();
        return app.desk?.contexts.list.getState().find(({ name }) => name === 'home')?.pictureAt;
      })
      .toBeGreaterThan(0);
    const list = app.desk?.contexts.list.getState() ?? [];
    expect(list.map(({ name, prod }) => [name, prod])).toEqual([
      ['home', false],
      ['work', true],
      ['gone', false],
      ['locked', false],
    ]);
    expect(JSON.stringify(list)).not.toContain(home.token);
  });

  it('forgets a context that is removed, in a session that was opened before', async () => {
    const { app, env } = await open();
    const call = { name: 'context.remove', input: { name: 'locked' } };
    await app.session?.run(call, {
      confirm: async () => true,
      emit: () => undefined,
      signal: new AbortController().signal,
    });
    expect(Object.keys((await loadConfig(env)).contexts)).toEqual(['home', 'work', 'gone']);
  });
});

describe('all clusters at once', () => {
  it('show guests of those that answer, and name those that do not', async () => {
    const { screen: shown, app } = await open({ allContexts: true });
    await expect
      .poll(() => app.live.getState().parts?.map(({ contextName, connection }) => `${contextName} ${connection.state}`))
      .toEqual(['home live', 'work live', 'gone away', 'locked away']);
    await settle();
    const guests = app.live.getState().snapshot.guests.map(({ id }) => id);
    expect(guests).toContain('home:lxc/101');
    expect(guests).toContain('work:lxc/101');
    expect(shown.frame().split('\n')[0]).toMatch(/gone away.*locked away/);
  });

  it('keep the cluster that one goes to, and close the others', async () => {
    const { app } = await open();
    await app.desk?.contexts.showAll();
    await expect.poll(() => app.live.getState().parts?.[1]?.connection.state).toBe('live');
    const parts = app.session;
    await app.desk?.contexts.switchTo('work');
    expect(app.session).not.toBe(parts);
    expect(app.live.getState()).toMatchObject({ contextName: 'work', connection: { state: 'live' } });
  });
});

describe('settings in the file', () => {
  it('are kept with its comments, and count at once', async () => {
    const { screen: shown, app, env } = await open({}, '# my own\n');
    await app.desk?.settings.choose('theme', 'dark');
    expect(readFileSync(configFile(env), 'utf8')).toMatch(/^# my own\n[\s\S]*theme: dark\n/);
    await settle();
    expect(header(shown)).toContain('48;5;');
    await app.desk?.settings.choose('symbols', 'ascii');
    await settle();
    expect(shown.frame()).toContain('* running');
    await app.desk?.settings.choose('refresh', 'manual');
    expect(app.session?.inventory.automatic).toBe(false);
    const rows = app.desk?.settings.list.getState() ?? [];
    expect(rows.find(({ key }) => key === 'theme')).toMatchObject({
      value: 'dark',
      origin: expect.stringMatching(/^config.yaml:\d+$/),
    });
  });

  it('are looked at without being kept', async () => {
    const { screen: shown, app, env } = await open();
    const before = readFileSync(configFile(env), 'utf8');
    const end = app.desk?.settings.preview('theme', 'light');
    await expect.poll(() => header(shown)).toContain('48;5;');
    end?.();
    await expect.poll(() => header(shown)).not.toContain('48;5;');
    expect(readFileSync(configFile(env), 'utf8')).toBe(before);
  });

  it('that are wrong are told, and what is usual is done', async () => {
    const { app } = await open({}, 'theme: drak\n');
    expect(app.state.notice?.text).toBe('There is no theme drak. Did you mean dark?');
    expect(app.live.getState().connection.state).toBe('live');
  });

  it('never write what could not be read again', async () => {
    const { app, env } = await open();
    const before = readFileSync(configFile(env), 'utf8');
    await expect(app.desk?.settings.choose('symbols', 'emoji')).rejects.toMatchObject({ code: 'config' });
    expect(readFileSync(configFile(env), 'utf8')).toBe(before);
  });
});

describe('where a setting comes from', () => {
  const rows = async (
    over: Partial<Parameters<typeof settingRows>[0]> = {},
    yaml = 'theme: light\nsymbols: ascii\n',
  ) => {
    const env = { ...aHome(yaml), TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    const config = await loadConfig(env);
    const all = settingRows({ flags, env, config, ownThemes: ['ocean'], keyProblems: [], ...over });
    return (key: string) => all.find((one) => one.key === key);
  };

  it('is a line of the file, or what is usual', async () => {
    const of = await rows();
    expect(of('theme')).toMatchObject({ value: 'light', origin: 'config.yaml:1' });
    expect(of('symbols')).toMatchObject({ value: 'ascii', origin: 'config.yaml:2' });
    expect(of('reduced_motion')).toMatchObject({ value: 'no', origin: 'usual' });
    expect(of('theme')?.choices.map(({ value }) => value)).toEqual([
      'terminal',
      'dark',
      'light',
      'high-contrast',
      'ocean',
    ]);
  });

  it('is a flag before the file, and that is said', async () => {
    const of = await rows({ flags: { theme: 'dark', noColor: false, ascii: false, reducedMotion: true } });
    expect(of('theme')).toMatchObject({
      value: 'dark',
      origin: '--theme',
      overruled: expect.stringContaining('--theme'),
    });
    expect(of('reduced_motion')).toMatchObject({ value: 'yes', origin: '--reduced-motion' });
  });

  it('is a variable for colours', async () => {
    const env = { TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    expect((await rows({ env }))('colours')).toMatchObject({ value: '256 colours', origin: 'TERM' });
    expect((await rows({ env: { ...env, COLORTERM: 'truecolor' } }))('colours')).toMatchObject({ value: '24 bits' });
    expect((await rows({ env: { ...env, NO_COLOR: '1' } }))('colours')).toMatchObject({
      value: 'none',
      origin: 'NO_COLOR',
    });
  });
});
