import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** An `ssh` that goes before the real one on PATH: it carries bytes to where it is told, or says what the real one would say. */
export interface FakeSsh extends Disposable {
  /** A PATH on which it comes first. */
  readonly path: string;
  /** How it was called, once a run. */
  readonly calls: () => readonly (readonly string[])[];
  /** Process ids of its runs. */
  readonly pids: () => readonly number[];
}

/** `said` is what it says for a host before it ends with 255; `elsewhere` is where it leads in place of where it is told. */
export const fakeSsh = (said: Readonly<Record<string, string>> = {}, elsewhere?: string): FakeSsh => {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-ssh-'));
  const log = path.join(folder, 'calls');
  const script = `#!${process.execPath}
import net from 'node:net';
import fs from 'node:fs';
const args = process.argv.slice(2);
fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify({ pid: process.pid, args }) + '\\n');
const said = ${JSON.stringify(said)}[args.at(-1)];
if (said !== undefined) {
  process.stderr.write(said + '\\n', () => process.exit(255));
} else {
  const [, host, port] = /^\\[?(.*?)\\]?:(\\d+)$/.exec(${JSON.stringify(elsewhere ?? '')} || args[args.indexOf('-W') + 1]);
  const socket = net.connect(Number(port), host);
  socket.on('error', (error) => {
    process.stderr.write('channel 0: open failed: connect failed: ' + (error.code === 'ECONNREFUSED' ? 'Connection refused' : error.message) + '\\nstdio forwarding failed\\n', () => process.exit(255));
  });
  socket.on('close', () => process.exit(0));
  process.stdin.pipe(socket).pipe(process.stdout);
}
`;
  const file = path.join(folder, 'ssh');
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  const runs = (): readonly { pid: number; args: readonly string[] }[] =>
    existsSync(log)
      ? readFileSync(log, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { pid: number; args: readonly string[] })
      : [];
  return {
    path: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`,
    calls: () => runs().map(({ args }) => args),
    pids: () => runs().map(({ pid }) => pid),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
};
