import { afterEach, describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { builtInThemes } from '../../components/themes.ts';
import { fakeDesk } from '../support/desk.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const escape = '\u001B';

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (columns = 120, rows = 40) => {
  const desk = fakeDesk();
  screen = await openScreen({ columns, rows }, { session: fakeSession(smallCluster()) });
  screen.app.desk = desk;
  screen.app.show('settings');
  await screen.app.navigation.arriving;
  await settle();
  return { screen, desk };
};

describe('the settings', () => {
  it.each([
    [80, 24],
    [120, 40],
  ])('say at %i×%i what is in effect and where it comes from', async (columns, rows) => {
    const { screen: shown } = await open(columns, rows);
    expect(shown.frame()).toMatch(/▸ {2}theme +terminal +usual/);
    expect(shown.frame()).toMatch(/symbols +ascii +--ascii/);
  });

  it('say what a flag forbids', async () => {
    const { screen: shown } = await open();
    await shown.press('j');
    expect(shown.frame()).toContain('▲ --ascii goes before the file');
  });

  it('are tried out as long as the cursor is on a choice, and kept with Enter', async () => {
    const { screen: shown, desk } = await open();
    await shown.press(enter, 'j');
    await expect.poll(() => desk.done).toEqual(['preview theme dark']);
    await shown.press('j');
    await expect.poll(() => desk.done).toEqual(['preview theme dark', 'end theme dark', 'preview theme light']);
    await shown.press(enter);
    expect(desk.done).toContain('choose theme light');
    expect(shown.frame()).toContain('theme is light');
    expect(shown.frame()).toMatch(/theme +light +config.yaml:3/);
  });

  it('are left as they were with Esc', async () => {
    const { screen: shown, desk } = await open();
    await shown.press(enter, 'j');
    await expect.poll(() => desk.done).toEqual(['preview theme dark']);
    await shown.press(escape);
    await expect.poll(() => desk.done).toEqual(['preview theme dark', 'end theme dark']);
  });
});

describe('a theme', () => {
  it('lies under the whole screen, cards included, as soon as it is the look', async () => {
    const { screen: shown } = await open();
    shown.app.appearance.setState(
      createLook({ colour: true, unicode: true, theme: builtInThemes['dark'] ?? never() }),
      true,
    );
    await shown.press('2', 'x');
    const lines = shown.styled().split('\n');
    expect(lines).toHaveLength(40);
    for (const line of lines) expect(line).toContain('48;2;22;25;31');
    expect(shown.frame()).toContain('shut down');
  });
});

describe('reduced motion', () => {
  it('tells ages by the minute, so that nothing is drawn when nothing is new', async () => {
    const session = fakeSession(smallCluster());
    screen = await openScreen({ columns: 120, rows: 40 }, { session });
    const { app } = screen;
    app.appearance.setState(createLook({ colour: true, unicode: true, still: true }), true);
    session.show(smallCluster());
    await settle();
    expect(screen.frame()).toContain('under 1m old');
    const { revision } = app;
    const before = revision.getState();
    app.cluster.tick();
    expect(revision.getState()).toBe(before);
    session.show(smallCluster({ at: moment - 130_000 }));
    await settle();
    expect(screen.frame()).toContain('2m old');
  });
});

const never = (): never => {
  throw new Error('there is no such theme');
};
