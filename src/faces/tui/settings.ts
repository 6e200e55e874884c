import { createStore, type StoreApi } from 'zustand/vanilla';
import { usualTheme } from '../../../components/themes.ts';
import { loadConfig, type Config } from '../../config/config.ts';
import { saveSetting } from '../../config/edit.ts';
import { quickLooks, type Looks } from '../../config/looks.ts';
import { configFile, type Environment } from '../../config/paths.ts';
import { loadTheme, themeNames } from '../../config/themes.ts';
import { asProxdeckError } from '../../models/error.ts';
import type { AppModel } from '../../ui/app.ts';
import type { Setting, Settings } from '../../ui/desk.ts';
import { asTheme, lookFor, themeNameOf, vocabulary } from './appearance.ts';
import { settingRows } from './settingRows.ts';
import type { TuiOptions } from './start.ts';

/** What is not looked at for so long is no preview any more, in milliseconds: from one choice to the next nothing flickers. */
const endOfPreviewMs = 40;

/** The settings in the configuration file; what is chosen counts at once. */
export class FileSettings implements Settings {
  readonly file: string;
  readonly list: StoreApi<readonly Setting[]> = createStore(() => []);
  readonly #app: AppModel;
  readonly #options: TuiOptions;
  readonly #env: Environment;
  #config: Config | undefined;
  /** What is tried out, and what ends it. */
  #trying: { readonly looks: Looks; readonly theme?: string } | undefined;
  #end: NodeJS.Timeout | undefined;
  /** Of the look that is drawn. */
  #drawn = '';
  /** Lets the keys of the file count; returns what is wrong with them. */
  readonly #useKeys: (config: Config) => readonly string[];

  constructor(app: AppModel, options: TuiOptions, env: Environment, useKeys: (config: Config) => readonly string[]) {
    this.#useKeys = useKeys;
    this.#app = app;
    this.#options = options;
    this.#env = env;
    this.file = configFile(env);
  }

  /** Reads file and themes, and lets them count. What is wrong is told, and what is usual is done instead. */
  async read(): Promise<void> {
    const config = await loadConfig(this.#env);
    this.#config = config;
    const keyProblems = this.#useKeys(config);
    await this.#show();
    const ownThemes = await themeNames(this.#options.env);
    const { looks: flags, env, contextName } = this.#options;
    this.list.setState(
      settingRows({ flags, env, config, ownThemes, keyProblems, ...(contextName !== undefined && { contextName }) }),
      true,
    );
    const { session } = this.#app;
    if (session !== undefined && config.refresh === 'manual') session.inventory.automatic = false;
  }

  preview(key: string, value: string): () => void {
    clearTimeout(this.#end);
    const trying = this.#looksWith(key, value);
    this.#trying = trying;
    void this.#show();
    return () => {
      if (this.#trying !== trying) return;
      this.#end = setTimeout(() => {
        this.#trying = undefined;
        void this.#show();
      }, endOfPreviewMs);
    };
  }

  async choose(key: string, value: string): Promise<void> {
    await saveSetting(this.file, key, key === 'reduced_motion' ? value === 'yes' : value);
    this.#trying = undefined;
    await this.read();
    const { session } = this.#app;
    if (session !== undefined && key === 'refresh') session.inventory.automatic = value === 'automatic';
  }

  /** What the file says of looks; in the demo, what the person's own file says counts where the demo's says nothing. */
  #looks(): Looks {
    return { ...quickLooks(this.#options.env), ...this.#config };
  }

  #looksWith(key: string, value: string): { readonly looks: Looks; readonly theme?: string } {
    const looks = this.#looks();
    if (key === 'theme') return { looks, theme: value };
    if (key === 'reduced_motion') return { looks: { ...looks, reduced_motion: value === 'yes' } };
    if (key === 'symbols' && (value === 'unicode' || value === 'ascii' || value === 'auto'))
      return { looks: { ...looks, symbols: value } };
    return { looks };
  }

  /** Draws in the look that counts now, or that is tried out. */
  async #show(): Promise<void> {
    const trying = this.#trying;
    const looks = trying?.looks ?? this.#looks();
    const { looks: flags, env } = this.#options;
    const name = trying?.theme ?? themeNameOf(flags, looks);
    try {
      const theme = asTheme(await loadTheme(env, name, vocabulary));
      if (trying !== this.#trying) return;
      const drawn = JSON.stringify([name, theme, looks.symbols, looks.reduced_motion]);
      if (drawn === this.#drawn) return;
      this.#drawn = drawn;
      this.#app.appearance.setState(lookFor(env, flags, looks, theme), true);
    } catch (thrown) {
      const { message, hint } = asProxdeckError(thrown);
      this.#app.notify({ token: 'warn', text: message, hint: hint ?? `The theme ${usualTheme} is used instead.` });
    }
  }
}
