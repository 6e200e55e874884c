import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Terminal } from '../../support/terminal.ts';

const launcher = path.resolve(import.meta.dirname, '../../../bin/proxdeck');
/** What the program is started with. */
const flags = '--disable-wasm-trap-handler --v8-pool-size=1';
const clearScreen = '\u001b[?1049h';

let folder: string;
let home: string;
let started: Terminal[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-launcher-'));
  home = path.join(folder, 'home');
  started = [];
  mkdirSync(path.join(folder, 'bin'));
  copyFileSync(launcher, path.join(folder, 'bin/proxdeck'));
  write('dist/main.js', '');
  nodeBeside('echo "args: $*"');
});

afterEach(async () => {
  for (const terminal of started) await terminal[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function write(file: string, text: string): string {
  const full = path.join(folder, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

const script = (file: string, body: string): void => chmodSync(write(file, `#!/bin/sh\n${body}\n`), 0o755);

/** Puts a script in the place of the Node that npm installs beside the program. */
const nodeBeside = (body: string): void => script('node_modules/.bin/node', body);

/** The tools that the launcher needs, and no Node. */
function pathWithoutNode(): string {
  const tools = path.join(folder, 'tools');
  mkdirSync(tools, { recursive: true });
  for (const tool of ['sh', 'readlink', 'stty', 'cat', 'echo', 'env']) {
    const found = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim();
    if (found.startsWith('/')) symlinkSync(found, path.join(tools, tool));
  }
  return tools;
}

/** What was called, without the way there: `bin/../dist` is `dist`. */
const tidy = (text: string): string => text.replace(/\/\S+\/main\.js/, (file) => path.normalize(file));

function run(args: string[] = [], environment: Record<string, string> = {}, command = 'bin/proxdeck') {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, ...environment };
  const ran = spawnSync(path.join(folder, command), args, { encoding: 'utf8', env, input: '' });
  return { ...ran, stdout: tidy(ran.stdout) };
}

/** Keeps a picture as the program does, for a terminal of 40 columns and 10 rows. */
function savePicture(text = 'the last picture', state = '.local/state/proxdeck', key = 'lab'): void {
  write(`home/${state}/pictures/${key}-40x10`, text);
  write(`home/${state}/pictures/current`, `${key}\n`);
}

/** A shell in a terminal that tells the modes before and after the launcher, and its exit code. */
function open(args = '', env: Record<string, string | undefined> = {}): Terminal {
  const line = `stty -g; "${folder}/bin/proxdeck" ${args}; echo "ended with $?"; stty -g`;
  const xdg = { XDG_STATE_HOME: undefined, XDG_CONFIG_HOME: undefined };
  const terminal = new Terminal('sh', ['-c', line], { columns: 40, rows: 10, env: { HOME: home, ...xdg, ...env } });
  started.push(terminal);
  return terminal;
}

/** The modes that the shell told before and after. */
const toldModes = (terminal: Terminal): string[] => terminal.raw.match(/^[\da-f]+(?::[\da-f]+)+/gm) ?? [];

describe('finding Node', () => {
  test('takes the one that npm installed beside it and passes the arguments on', () => {
    const { stdout, status } = run(['guest', 'list', 'a b']);
    expect(stdout).toBe(`args: ${flags} ${folder}/dist/main.js guest list a b\n`);
    expect(status).toBe(0);
  });

  test('hands back the exit code of the program', () => {
    nodeBeside('exit 6');
    expect(run().status).toBe(6);
  });

  test('follows symbolic links, relative and absolute, to its own folder', () => {
    mkdirSync(path.join(folder, 'elsewhere/deep'), { recursive: true });
    symlinkSync('../../bin/proxdeck', path.join(folder, 'elsewhere/deep/relative'));
    symlinkSync(path.join(folder, 'elsewhere/deep/relative'), path.join(folder, 'elsewhere/absolute'));
    expect(run(['x'], {}, 'elsewhere/absolute').stdout).toBe(`args: ${flags} ${folder}/dist/main.js x\n`);
  });

  test('is found through PATH', () => {
    const env = { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`, HOME: home };
    const { stdout } = spawnSync('sh', ['-c', 'proxdeck y'], { encoding: 'utf8', env, cwd: home.slice(0, -5) });
    expect(tidy(stdout)).toBe(`args: ${flags} ${folder}/dist/main.js y\n`);
  });

  test('takes a Node of PATH that is new enough when none is beside it', () => {
    rmSync(path.join(folder, 'node_modules'), { recursive: true });
    script('tools/node', 'if [ "$1" = --version ]; then echo v24.0.0; else echo "other node: $*"; fi');
    expect(run(['z'], { PATH: pathWithoutNode() }).stdout).toBe(`other node: ${flags} ${folder}/dist/main.js z\n`);
  });

  test('says in one sentence that the Node of PATH is too old', () => {
    rmSync(path.join(folder, 'node_modules'), { recursive: true });
    script('tools/node', 'echo v22.11.0');
    const { stderr, status } = run([], { PATH: pathWithoutNode() });
    expect(stderr).toMatch(/^proxdeck: Node\.js 24 or newer is needed, and .*node is v22\.11\.0: .*npm ci.*\n$/);
    expect(status).toBe(1);
  });

  test('says in one sentence that there is no Node', () => {
    rmSync(path.join(folder, 'node_modules'), { recursive: true });
    const { stderr, status } = run([], { PATH: pathWithoutNode() });
    expect(stderr).toMatch(/^proxdeck: Node\.js 24 or newer is needed: .*npm ci.*\n$/);
    expect(status).toBe(1);
  });

  test('says in one sentence that it is not built', () => {
    rmSync(path.join(folder, 'dist'), { recursive: true });
    const { stderr, status } = run();
    expect(stderr).toMatch(/^proxdeck: it is not built yet: run `npm run build` in .*\n$/);
    expect(status).toBe(1);
  });
});

describe('the last picture', () => {
  test('is shown before Node starts, on the alternate screen, and the program is told', async () => {
    savePicture();
    nodeBeside('read -r go; echo "told: $PROXDECK_PICTURE"');
    const terminal = open();
    await terminal.waitFor('the last picture');
    expect(terminal.isAlternateScreen).toBe(true);
    terminal.press('\n');
    await terminal.exited;
    expect(terminal.raw).toContain('told: 1');
  });

  test('leaves the terminal as it was: modes, screen and cursor', async () => {
    savePicture();
    nodeBeside('exit 7');
    const terminal = open();
    await terminal.exited;
    const [before, after] = toldModes(terminal);
    expect(before).toBeDefined();
    expect(after).toBe(before);
    expect(terminal.isAlternateScreen).toBe(false);
    expect(terminal.frame()).toContain('ended with 7');
    expect(terminal.frame()).not.toContain('the last picture');
  });

  test('does not move the cursor when the program has left the alternate screen by itself', async () => {
    savePicture();
    nodeBeside(String.raw`printf '\033[?1049l\033[?25h'; echo one clear line; exit 1`);
    const terminal = open();
    await terminal.exited;
    expect(terminal.frame()).toContain('one clear line\nended with 1\n');
  });

  test('gives the program all keys typed meanwhile, without showing them; Enter and Ctrl-C too', async () => {
    savePicture();
    nodeBeside('while [ ! -e "$HOME/go" ]; do sleep 0.05; done; dd bs=1 count=6 2>/dev/null | od -An -c');
    const terminal = open();
    await terminal.waitFor('the last picture');
    terminal.press('jk<enter><escape>x<C-c>');
    await terminal.settled();
    expect(terminal.frame().trimEnd().split('\n').slice(-1)).toEqual(['the last picture']);
    write('home/go', '');
    await terminal.exited;
    expect(terminal.raw.replaceAll(/ +/g, ' ')).toContain(String.raw`j k \r 033 x 003`);
  });

  test('is cleared away when the program is killed', async () => {
    savePicture();
    nodeBeside('kill -9 $$');
    const terminal = open();
    await terminal.exited;
    const [before, after] = toldModes(terminal);
    expect(after).toBe(before);
    expect(terminal.isAlternateScreen).toBe(false);
    expect(terminal.frame()).toContain('ended with 137');
  });

  test('is cleared away when Node cannot be started', async () => {
    savePicture();
    chmodSync(write('node_modules/.bin/node', '#!/nowhere/sh\n'), 0o755);
    const terminal = open();
    await terminal.exited;
    const [before, after] = toldModes(terminal);
    expect(after).toBe(before);
    expect(terminal.isAlternateScreen).toBe(false);
    expect(terminal.frame()).toMatch(/ended with 12[67]/);
  });

  test.each(['TERM', 'HUP'] as const)('passes SIG%s on to the program and waits for it', async (signal) => {
    savePicture();
    nodeBeside(`trap 'echo "got ${signal}"; exit 9' ${signal}; echo "launcher $PPID"; while :; do sleep 0.05; done`);
    const terminal = open();
    await terminal.waitFor(/launcher \d+/);
    process.kill(Number(/launcher (\d+)/.exec(terminal.raw)?.[1]), `SIG${signal}`);
    await terminal.exited;
    expect(terminal.raw).toContain(`got ${signal}`);
    expect(terminal.frame()).toContain('ended with 9');
  });

  test('of the demo is another one', async () => {
    savePicture('the cluster');
    savePicture('the demo', '.local/state/proxdeck/demo');
    const terminal = open('demo');
    await terminal.exited;
    expect(terminal.raw).toContain('the demo');
    expect(terminal.raw).not.toContain('the cluster');
  });

  test('is looked for under XDG_STATE_HOME, if that is absolute', async () => {
    savePicture('from xdg', 'state/proxdeck');
    const absolute = open('', { XDG_STATE_HOME: path.join(home, 'state') });
    await absolute.exited;
    expect(absolute.raw).toContain('from xdg');
    const relative = open('', { XDG_STATE_HOME: 'state' });
    await relative.exited;
    expect(relative.raw).not.toContain('from xdg');
  });

  const doubts: readonly [string, () => Terminal][] = [
    ['arguments', () => open('guest list')],
    ['demo with more arguments', () => open('demo --plain')],
    ['another address in the environment', () => open('', { PROXDECK_URL: 'https://other:8006' })],
    ['another token in the environment', () => open('', { PROXDECK_TOKEN: 'a@b!c=d' })],
    ['input from a file', () => open('</dev/null')],
    ['output to a file', () => open('| cat')],
    ['a terminal that can do nothing', () => open('', { TERM: 'dumb' })],
  ];
  test.each(doubts)('is not shown with %s', async (_name, start) => {
    savePicture();
    savePicture('the demo', '.local/state/proxdeck/demo');
    const terminal = start();
    await terminal.exited;
    expect(terminal.raw).toContain('args: ');
    expect(terminal.raw).not.toContain(clearScreen);
    expect(terminal.raw).not.toContain('the last picture');
  });

  test('is not shown when it is of another size', async () => {
    write('home/.local/state/proxdeck/pictures/lab-80x24', 'too wide');
    write('home/.local/state/proxdeck/pictures/current', 'lab\n');
    const terminal = open();
    await terminal.exited;
    expect(terminal.raw).not.toContain(clearScreen);
  });

  test('is not shown when the configuration was changed since', async () => {
    savePicture();
    const config = write('home/.config/proxdeck/config.yaml', '');
    const terminal = open();
    await terminal.exited;
    const later = new Date(Date.now() + 10_000);
    utimesSync(config, later, later);
    const changed = open();
    await changed.exited;
    expect(changed.raw).not.toContain(clearScreen);
    const earlier = new Date(Date.now() - 10_000);
    utimesSync(config, earlier, earlier);
    const unchanged = open();
    await unchanged.exited;
    expect(unchanged.raw).toContain(clearScreen);
  });

  test('is not looked for outside its folder', async () => {
    write('home/.local/state/proxdeck/secret-40x10', 'a secret');
    write('home/.local/state/proxdeck/pictures/current', '../secret\n');
    const terminal = open();
    await terminal.exited;
    expect(terminal.raw).not.toContain('a secret');
  });
});
