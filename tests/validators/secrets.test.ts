import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolsFolder } from '../../src/stacks/validate/programs.ts';
import { Home } from '../support/home.ts';
import { launcherFile } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** Values that no placeholder check, no rule and no encoding changes, so that wherever they come out they can be found. */
const plant = (name: string): string => `${name}${randomBytes(24).toString('hex')}`;
const planted = { given: plant('given'), typed: plant('typed'), dotenv: plant('dotenv') };

const fileNames = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/** Names of the planted values that a text shows, as they are or in base64. */
const shown = (text: Buffer | string): readonly string[] => {
  const bytes = Buffer.from(text);
  return Object.entries(planted).flatMap(([name, value]) =>
    [value, Buffer.from(value).toString('base64').replace(/=+$/, '')].some((form) => bytes.includes(form))
      ? [name]
      : [],
  );
};

/** The arguments of every process, at this moment. */
const everyCommandLine = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        // It has ended.
        return '';
      }
    })
    .join('\n');

describe('a planted secret', () => {
  const home = new Home();
  const workspace = mkdtempSync(path.join(tmpdir(), 'proxdeck-secrets-'));
  // The tools lie where they lay before the home was another one.
  const env = { ...process.env, PROXDECK_TOOLS: toolsFolder(process.env), ...home.env };
  let told = '';
  let commandLines = '';

  /** Runs the built program and keeps all that it says, and the arguments of all processes meanwhile. */
  const proxdeck = async (args: readonly string[], input = ''): Promise<void> => {
    const child = spawn(launcherFile, args, { cwd: workspace, env });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        told += text;
      });
    child.stdin.end(input);
    const ended = once(child, 'close');
    while (child.exitCode === null && child.signalCode === null) {
      commandLines += everyCommandLine();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
    told += `\n${args.join(' ')}: ${String(child.exitCode)}\n`;
  };

  beforeAll(async () => {
    await proxdeck(['workspace', 'init', workspace]);
    await proxdeck(['stack', 'add', 'lucia', '--blueprint', 'lucia']);
    await proxdeck(['secret', 'set', 'lucia', 'HomeAssistant__AccessToken', '--value-file', '-'], planted.given);
    // What Compose itself would read: a person may have it lying there.
    appendFileSync(path.join(workspace, 'stacks/lucia/.env'), `OTEL_EXPORTER_OTLP_HEADERS=${planted.dotenv}\n`);
    await using terminal = new Terminal(launcherFile, ['secret', 'set', 'lucia', 'OpenAI__ApiKey'], {
      cwd: workspace,
      env: home.env,
    });
    await terminal.waitFor(/value/i);
    terminal.press(planted.typed);
    terminal.press('<enter>');
    await terminal.exited;
    told += terminal.raw;
    await proxdeck(['secret', 'generate', 'lucia', '--yes']);
    for (const command of [
      ['secret', 'list', 'lucia'],
      ['secret', 'list', 'lucia', '--output', 'json'],
      ['stack', 'render', 'lucia'],
      ['stack', 'show', 'lucia', '--output', 'json'],
      ['stack', 'losses', 'lucia'],
      ['stack', 'diff', 'lucia'],
      ['stack', 'validate', 'lucia'],
      ['audit', 'list'],
    ])
      await proxdeck(command);
  }, 120_000);

  afterAll(() => {
    rmSync(workspace, { recursive: true });
    home[Symbol.dispose]();
  });

  it('was really kept, by each way in', () => {
    for (const done of [
      'HomeAssistant__AccessToken --value-file -',
      'secret generate lucia --yes',
      'stack render lucia',
    ])
      expect(told).toContain(`${done}: 0`);
    const kept = readFileSync(path.join(workspace, 'stacks/lucia/secrets.age.yaml'), 'utf8');
    for (const name of ['HomeAssistant__AccessToken', 'OpenAI__ApiKey', 'Redis__Password'])
      expect(kept).toContain(name);
  });

  it('is in no rendered file [S3-134]', () => {
    const rendered = fileNames(path.join(workspace, 'rendered'));
    expect(rendered.length).toBeGreaterThan(20);
    expect(rendered.filter((file) => shown(readFileSync(file)).length > 0)).toEqual([]);
  });

  it('is in no other file of the workspace but the one that the person wrote', () => {
    const dotenv = path.join(workspace, 'stacks/lucia/.env');
    const others = fileNames(workspace).filter((file) => file !== dotenv);
    expect(others.filter((file) => shown(readFileSync(file)).length > 0)).toEqual([]);
  });

  it('is in no log, database or other file of the program', () => {
    const own = fileNames(home.folder);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((file) => shown(readFileSync(file)).length > 0)).toEqual([]);
  });

  it('is in nothing that the program said, nor on the screen where it was typed', () => {
    expect(told).toContain('OpenAI__ApiKey');
    expect(shown(told)).toEqual([]);
  });

  it('was never among the arguments of a process', () => {
    expect(commandLines).toContain('secret\0set\0lucia');
    expect(shown(commandLines)).toEqual([]);
  });

  it('would be found if it were there', () => {
    writeFileSync(path.join(workspace, 'leak'), `key: ${planted.given}`);
    expect(shown(readFileSync(path.join(workspace, 'leak')))).toEqual(['given']);
    rmSync(path.join(workspace, 'leak'));
  });
});
