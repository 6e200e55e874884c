import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectSession } from '../../src/faces/tui/connect.ts';
import { askingOf } from './asking.ts';
import { openScreen, settle, type TestScreen } from './screen.tsx';
import type { World } from '../../src/simulator/world.ts';

/** What is not shown by then will not come; in milliseconds. */
const patienceMs = 15_000;

/** The full screen over a simulator in this process: keys in, frames out, and the world that comes of it. */
export interface LabScreen extends AsyncDisposable {
  readonly screen: TestScreen;
  readonly world: World;
  /** Resolves when the screen shows a text. */
  shows(text: string | RegExp): Promise<void>;
}

/** Starts a simulator over a fixture (docs/simulator.md), and the screen that is connected to it. */
export const openLab = async (
  fixture: string,
  size: { readonly columns: number; readonly rows: number },
): Promise<LabScreen> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-lab-'));
  const { simulator } = await askingOf(fixture);
  const env = {
    HOME: folder,
    PROXDECK_URL: simulator.url,
    PROXDECK_FINGERPRINT: simulator.fingerprint,
    PROXDECK_TOKEN: simulator.token,
  };
  const session = await connectSession({ env, stateFolder: path.join(folder, 'state'), readOnly: false }, undefined);
  const screen = await openScreen(size, { session });
  const shows = async (text: string | RegExp): Promise<void> => {
    const isShown = (): boolean =>
      typeof text === 'string' ? screen.frame().includes(text) : text.test(screen.frame());
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        stop();
        clearTimeout(patience);
      };
      const patience = setTimeout(() => {
        end();
        reject(new Error(`${String(text)} is not shown:\n${screen.frame()}`));
      }, patienceMs);
      const look = async (): Promise<void> => {
        await settle();
        if (!isShown()) return;
        end();
        resolve();
      };
      const stop = screen.app.revision.subscribe(() => void look());
      void look();
    });
  };
  return {
    screen,
    world: simulator.world,
    shows,
    [Symbol.asyncDispose]: async () => {
      screen.close();
      await session.close();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
