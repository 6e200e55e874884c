import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { asCurl, asProxdeck, asPvesh, missingParts, type LoggedCall } from '../../../src/ui/callCommands.ts';
import { shellWord } from '../../../src/ui/shellWords.ts';

const call = (over: Partial<LoggedCall> = {}): LoggedCall => ({
  method: 'GET',
  path: '/cluster/resources',
  parameters: {},
  address: 'pve1:8006',
  ...over,
});

const hostile = [
  "it's",
  'say "hi"',
  '$(touch /tmp/owned)',
  '`id`',
  'a;b|c&d>e<f',
  'two\nlines\n',
  'tab\there',
  'esc\u001B[31mred',
  '\u202Etxt.exe',
  '漢字 émoji 👩‍👩‍👧',
  'back\\slash\\n',
  "mixed '\n\\' \u0007",
  '-rf',
  '--help',
  '~root',
  '*?[x]',
  '!history',
  '#comment',
  '',
  '=ls',
  '%s%n',
];

/** What a shell makes of a line: its words, one after the other. */
const wordsOf = (line: string, env: Readonly<Record<string, string>> = {}): string[] => {
  const script = `set -- ${line}\nfor word do printf '%s\\0' "$word"; done`;
  const said = execFileSync('/bin/bash', ['--norc', '-c', script], {
    env: { PATH: '/nowhere', ...env },
    encoding: 'utf8',
  });
  return said.split('\0').slice(0, -1);
};

describe('words of a shell', () => {
  it.each(hostile)('keeps %j one word', (text) => {
    expect(wordsOf(shellWord(text))).toEqual([text]);
  });

  it('pastes nothing that a terminal acts on', () => {
    for (const text of hostile) expect(shellWord(text)).not.toMatch(/[\p{Cc}\u202E]/u);
  });

  it('leaves what needs no quotes readable', () => {
    expect(shellWord('/nodes/pve1/qemu/100')).toBe('/nodes/pve1/qemu/100');
    expect(shellWord('local:iso/debian-13.1.0.iso')).toBe('local:iso/debian-13.1.0.iso');
    expect(shellWord('vmid=100')).toBe('vmid=100');
  });
});

describe('a call as pvesh', () => {
  it.each([
    ['GET', 'get'],
    ['POST', 'create'],
    ['PUT', 'set'],
    ['DELETE', 'delete'],
  ] as const)('says %s as %s', (method, verb) => {
    expect(asPvesh(call({ method, path: '/nodes/pve1/lxc/101', parameters: { purge: '1' } }))).toBe(
      `pvesh ${verb} /nodes/pve1/lxc/101 --purge 1`,
    );
  });

  it('writes the path as people do, and hostile values as one word', () => {
    const path = `/nodes/pve1/storage/local/content/${encodeURIComponent("local:iso/a b$(id)'.iso")}`;
    const [, , said, option, value] = wordsOf(asPvesh(call({ path, parameters: { notes: hostile.join('\n') } })));
    expect(said).toBe("/nodes/pve1/storage/local/content/local:iso/a b$(id)'.iso");
    expect([option, value]).toEqual(['--notes', hostile.join('\n')]);
  });
});

describe('a call as curl', () => {
  it('never holds the secret, and takes it as one word from the variable', () => {
    const line = asCurl(call());
    expect(line).toBe(
      'curl --fail-with-body --header "Authorization: PVEAPIToken=$PROXDECK_TOKEN" https://pve1:8006/api2/json/cluster/resources',
    );
    expect(wordsOf(line, { PROXDECK_TOKEN: 'root@pam!a=b c$(id)' })).toContain(
      'Authorization: PVEAPIToken=root@pam!a=b c$(id)',
    );
  });

  it('puts the parameters of GET and DELETE into the URL, those of POST and PUT into the body', () => {
    const parameters = { type: 'vm' };
    expect(asCurl(call({ parameters }))).toContain(' --get ');
    expect(asCurl(call({ method: 'DELETE', parameters }))).toContain('--request DELETE --get ');
    expect(asCurl(call({ method: 'POST', parameters }))).not.toContain('--get');
    expect(asCurl(call({ method: 'POST' }))).toContain("--data ''");
  });

  it('quotes hostile values, and a masked one is a variable', () => {
    const parameters = { description: hostile.join('\n'), password: '••••' };
    const words = wordsOf(asCurl(call({ method: 'POST', parameters })), { PROXDECK_PASSWORD: "p'w d" });
    expect(words).toContain(`description=${hostile.join('\n')}`);
    expect(words).toContain("password=p'w d");
  });

  it('tells what is still to be put in', () => {
    expect(missingParts(call({ parameters: { password: '••••', notes: `${'x'.repeat(200)}…`, vmid: '1' } }))).toEqual([
      'set PROXDECK_PASSWORD',
      'notes is cut, complete it',
    ]);
  });
});

describe('a call as Proxdeck', () => {
  const upid = 'UPID:pve1:0003D1A2:00C4E91F:68B0C2A5:vzstart:101:root@pam!tui:';

  it.each([
    [call({ path: '/nodes/pve1/status' }), 'proxdeck node show pve1'],
    [call({ method: 'POST', path: '/nodes/pve1/lxc/101/status/start' }), 'proxdeck guest start 101'],
    [
      call({ method: 'POST', path: '/nodes/pve1/lxc/101/status/shutdown', parameters: { timeout: '5' } }),
      'proxdeck api post /nodes/pve1/lxc/101/status/shutdown timeout=5',
    ],
    [
      call({ path: `/nodes/pve1/tasks/${encodeURIComponent(upid)}/log`, parameters: { start: '0' } }),
      `proxdeck task log '${upid}'`,
    ],
    [call({ method: 'DELETE', path: `/nodes/pve1/tasks/${encodeURIComponent(upid)}` }), `proxdeck task stop '${upid}'`],
    [call({ parameters: { type: 'vm' } }), 'proxdeck api get /cluster/resources type=vm'],
    [
      call({ method: 'PUT', path: '/nodes/pve1/lxc/101/config', parameters: { hostname: "o'clock" } }),
      String.raw`proxdeck api put /nodes/pve1/lxc/101/config 'hostname=o'\''clock'`,
    ],
  ])('%#', (made, line) => {
    expect(asProxdeck(made)).toBe(line);
  });
});
