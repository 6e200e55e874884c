import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Cluster {
  readonly url: string;
  readonly fingerprint: string;
  readonly token: string;
}

/** A home folder of its own for a run of the program, so that no run sees the state of another. */
export class Home implements Disposable {
  readonly folder: string;
  readonly stateFolder: string;
  readonly configFile: string;

  /** `within`: the folder it is made in. */
  constructor(within = tmpdir()) {
    this.folder = mkdtempSync(path.join(within, 'proxdeck-home-'));
    this.stateFolder = path.join(this.folder, '.local/state/proxdeck');
    this.configFile = path.join(this.folder, '.config/proxdeck/config.yaml');
  }

  /** The environment of a program that lives here: all folders follow from HOME. */
  get env(): Readonly<Record<string, string | undefined>> {
    const xdg = { XDG_STATE_HOME: undefined, XDG_CONFIG_HOME: undefined, XDG_CACHE_HOME: undefined };
    return { HOME: this.folder, ...xdg };
  }

  /** Writes a configuration whose only context, `name`, leads to the cluster. */
  addContext({ url, fingerprint, token }: Cluster, name = 'lab'): void {
    const context = { url, fingerprint, token };
    this.#write(this.configFile, JSON.stringify({ current: name, contexts: { [name]: context } }));
  }

  /** Forgets what earlier runs left: database, pictures, caches. */
  forget(): void {
    for (const folder of ['.local', '.cache']) rmSync(path.join(this.folder, folder), { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(file: string, text: string): void {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600 });
  }
}
