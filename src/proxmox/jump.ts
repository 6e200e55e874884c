import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { Address } from './address.ts';
import { Failure } from './failure.ts';

/** The way to a server through SSH hosts: the system's OpenSSH carries the bytes, so a person's own configuration and agent count. */

/** A stream of bytes to a server. TLS goes through it from end to end: the hosts between read and change nothing of it. */
export interface Tunnel {
  readonly stream: Duplex;
  close(): void;
  /** Why it did not lead there, out of what ssh said; undefined when it was not ssh that failed. */
  failure(): Promise<Failure | undefined>;
}

/** Of what ssh says, the end is kept: in characters. */
const keptText = 4096;

/** `ada@bastion:2222` as arguments: the last host is logged in to, the ones before it are jumped over. */
const hostArguments = (jump: string): readonly string[] => {
  const hosts = jump.split(',');
  const last = hosts.pop() ?? '';
  const [, host = last, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(last) ?? [];
  return [
    ...(hosts.length > 0 ? ['-J', hosts.join(',')] : []),
    ...(port === undefined ? [] : ['-p', port]),
    '--',
    host.replace(/\[(.+)\]$/, '$1'),
  ];
};

/** Nothing is asked on the terminal, which may show the full screen: a key comes from an agent, a host must be known. */
const sshArguments = (address: Address, jump: string): readonly string[] => [
  '-o',
  'BatchMode=yes',
  '-W',
  address.text,
  ...hostArguments(jump),
];

/** What ssh says in its way, in ours; the first that matches. `$1` is the part that it names. */
const readings = [
  [
    /open failed: connect failed: ((?:Name|Temporary|No address|nodename).*)/i,
    'name resolution',
    'seen from there: $1',
  ],
  [/open failed: administratively prohibited/i, 'SSH', 'it forbids forwarding (AllowTcpForwarding in its sshd_config)'],
  [/open failed: (?:connect failed: )?(.*)/i, 'TCP', 'seen from there: $1'],
  [/Could not resolve hostname ([^:]+)/i, 'SSH', 'the name $1 is not known'],
  [/IDENTIFICATION HAS CHANGED/, 'SSH', 'its host key is another one than ~/.ssh/known_hosts has'],
  [/Host key verification failed/i, 'SSH', 'its host key is not known here yet'],
  [/Permission denied(?: \(([^)]*)\))?/i, 'SSH', 'it does not let you in ($1)'],
  [/connect to host \S+ port \d+: (.*)/i, 'SSH', '$1'],
] as const;

/** What ssh was ended by is no reason of its own when that was us (a code of null, or what it says of it). */
const readingOf = (said: string, jump: string, code: number | null): Failure | undefined => {
  for (const [pattern, stage, words] of readings) {
    const [found, part = ''] = pattern.exec(said) ?? [];
    if (found !== undefined) return new Failure(stage, `through ${jump}, ${words.replace('$1', part.trim())}`);
  }
  if (code === null || code === 0 || /Killed by signal/.test(said)) return undefined;
  const last = said.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return new Failure('SSH', `through ${jump}, ssh ended with ${String(code)}${last === '' ? '' : `: ${last}`}`);
};

/** What a process reads and writes as one stream. Its end is the end of the stream. */
const streamOf = ({ stdin, stdout }: ChildProcessWithoutNullStreams): Duplex => {
  const stream = new Duplex({
    read: () => void stdout.resume(),
    write: (bytes: Buffer, _encoding, done) => void stdin.write(bytes, done),
    final: (done) => void stdin.end(done),
  });
  stdout.on('data', (bytes: Buffer) => {
    if (!stream.push(bytes)) stdout.pause();
  });
  stdout.once('end', () => stream.push(null));
  // Written to after it has gone: why it went is known from its end.
  stdin.on('error', () => stream.destroy());
  return stream;
};

/** Opens the way to an address. Nothing goes through it yet; whether it leads there shows when something does. */
export const openTunnel = (address: Address, jump: string): Tunnel => {
  const child: ChildProcessWithoutNullStreams = spawn('ssh', sshArguments(address, jump), { stdio: 'pipe' });
  let said = '';
  const ended = new Promise<Failure | undefined>((resolve) => {
    child.once('error', (error) => resolve(new Failure('SSH', 'there is no ssh on this machine', { cause: error })));
    child.once('close', (code) => resolve(readingOf(said, jump, code)));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-keptText);
  });
  const stream = streamOf(child);
  return {
    stream,
    close: () => {
      stream.destroy();
      child.kill();
    },
    failure: () => ended,
  };
};
