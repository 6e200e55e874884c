import { afterEach, describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { builtInThemes } from '../../components/themes.ts';
import { fakeDesk } from '../support/desk.ts';
import { fakeSession, smallCluster } from '../support/cluster.ts';
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
  await screen.app.arrived();
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

const never = (): never => {
  throw new Error('there is no such theme');
};
