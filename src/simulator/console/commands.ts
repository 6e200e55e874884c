import type { Computer } from './computer.ts';

/** What a command may look at besides its words. */
export interface Session {
  readonly computer: Computer;
  readonly columns: number;
  readonly rows: number;
  readonly history: readonly string[];
  /** Where the shell is. */
  folder: string;
}

/** Writes lines without their breaks, some at a time. An endless one (`yes`) ends when nobody asks for more. */
type Command = (words: readonly string[], session: Session) => Iterable<string>;

const home = '/root';

const folders: Readonly<Record<string, string>> = {
  '/': 'bin  boot  dev  etc  home  lib  opt  proc  root  run  sbin  srv  sys  tmp  usr  var',
  '/root': '',
  '/etc': 'apt  cron.d  default  fstab  hostname  hosts  network  os-release  passwd  resolv.conf  ssh  systemd',
};

const pathOf = (word: string, folder: string): string => {
  if (word === '~') return home;
  const steps = (word.startsWith('/') ? word : `${folder}/${word}`).split('/');
  const kept: string[] = [];
  for (const step of steps) {
    if (step === '..') kept.pop();
    else if (step !== '' && step !== '.') kept.push(step);
  }
  return `/${kept.join('/')}`;
};

const files: Readonly<Record<string, (computer: Computer) => readonly string[]>> = {
  '/etc/hostname': ({ host }) => [host],
  '/etc/os-release': ({ system }) => [
    `PRETTY_NAME="${system.pretty}"`,
    `NAME="${system.name}"`,
    `VERSION_ID="${system.version}"`,
    `ID=${system.id}`,
  ],
  '/etc/hosts': ({ host }) => ['127.0.0.1\tlocalhost', `127.0.1.1\t${host}`],
  '/proc/uptime': ({ now, bootedAt }) => [`${(now - bootedAt).toFixed(2)} 0.00`],
};

const unameFields = {
  s: () => 'Linux',
  n: ({ host }: Computer) => host,
  r: ({ kernel }: Computer) => kernel.release,
  v: ({ kernel }: Computer) => kernel.version,
  m: () => 'x86_64',
  o: () => 'GNU/Linux',
};

/** `Linux web 6.17.4-1-pve #1 SMP … x86_64 GNU/Linux` */
export const uname = (computer: Computer, flags: string): string =>
  Object.entries(unameFields)
    .filter(([flag]) => flags.includes(flag) || flags.includes('a'))
    .map(([, field]) => field(computer))
    .join(' ');

const wideUptime = (seconds: number): string => {
  const days = Math.floor(seconds / 86_400);
  const clock = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 16);
  return days === 0 ? clock : `${String(days)} day${days === 1 ? '' : 's'}, ${clock}`;
};

const addresses = ({ cards }: Computer): readonly string[] =>
  cards.flatMap(({ name, mac, addresses: own }, index) => [
    `${String(index + 1)}: ${name}: <${name === 'lo' ? 'LOOPBACK' : 'BROADCAST,MULTICAST'},UP,LOWER_UP> mtu ${name === 'lo' ? '65536' : '1500'} state ${name === 'lo' ? 'UNKNOWN' : 'UP'}`,
    ...(mac === '' ? [] : [`    link/${name === 'lo' ? 'loopback' : 'ether'} ${mac}`]),
    ...own.map(
      (cidr) =>
        `    ${cidr.includes(':') ? 'inet6' : 'inet'} ${cidr} scope ${name === 'lo' ? 'host' : 'global'} ${name}`,
    ),
  ]);

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)}G`;
const mebibytes = (bytes: number): string => String(Math.round(bytes / 2 ** 20)).padStart(12);

function* numbers(from: number, to: number): Iterable<string> {
  for (let number = from; number <= to; number += 1) yield String(number);
}

function* forever(line: string): Iterable<string> {
  for (;;) yield line;
}

/** A plain picture of what a terminal can show: weights, the sixteen colours, the palette and full colours. */
const colours = (): readonly string[] => [
  '\u001B[1mbold\u001B[0m \u001B[2mdim\u001B[0m \u001B[3mitalic\u001B[0m \u001B[4munderlined\u001B[0m \u001B[7minverse\u001B[0m',
  Array.from({ length: 8 }, (_, colour) => `\u001B[3${String(colour)}m■\u001B[9${String(colour)}m■`).join('') +
    '\u001B[0m',
  Array.from({ length: 36 }, (_, step) => `\u001B[48;5;${String(16 + step * 6)}m `).join('') + '\u001B[0m',
  Array.from({ length: 36 }, (_, step) => `\u001B[48;2;${String(step * 7)};80;${String(255 - step * 7)}m `).join('') +
    '\u001B[0m',
];

const commands: Readonly<Record<string, Command>> = {
  true: () => [],
  echo: (words) => [words.join(' ')],
  uname: ([flags = '-s'], { computer }) => [uname(computer, flags)],
  hostname: (_words, { computer }) => [computer.host],
  whoami: () => ['root'],
  id: () => ['uid=0(root) gid=0(root) groups=0(root)'],
  pwd: (_words, { folder }) => [folder],
  cd: ([word = '~'], session) => {
    const target = pathOf(word, session.folder);
    if (folders[target] === undefined) return [`-bash: cd: ${word}: No such file or directory`];
    session.folder = target;
    return [];
  },
  ls: (words, { folder }) => {
    const word = words.find((one) => !one.startsWith('-')) ?? '.';
    const listed = folders[pathOf(word, folder)];
    if (listed === undefined) return [`ls: cannot access '${word}': No such file or directory`];
    return listed === '' ? [] : [listed];
  },
  cat: (words, { computer, folder }) =>
    words.flatMap((word) => files[pathOf(word, folder)]?.(computer) ?? [`cat: ${word}: No such file or directory`]),
  ip: (_words, { computer }) => addresses(computer),
  uptime: (_words, { computer: { now, bootedAt } }) => [
    ` ${new Date(now * 1000).toISOString().slice(11, 19)} up ${wideUptime(now - bootedAt)},  1 user,  load average: 0.08, 0.03, 0.01`,
  ],
  date: (_words, { computer: { now } }) => [new Date(now * 1000).toUTCString().replace('GMT', 'UTC')],
  nproc: (_words, { computer }) => [String(computer.cpus)],
  free: (_words, { computer: { memoryBytes } }) => [
    '               total        used        free',
    `Mem:    ${mebibytes(memoryBytes)}${mebibytes(memoryBytes * 0.4)}${mebibytes(memoryBytes * 0.6)}`,
  ],
  df: (_words, { computer: { diskBytes, diskUsedBytes } }) => [
    'Filesystem      Size  Used Avail Use% Mounted on',
    `rootfs         ${gibibytes(diskBytes)}  ${gibibytes(diskUsedBytes)}  ${gibibytes(diskBytes - diskUsedBytes)}  ${String(Math.round((diskUsedBytes / diskBytes) * 100))}% /`,
  ],
  ps: () => [
    '  PID TTY          TIME CMD',
    '    1 ?        00:00:01 init',
    '  214 tty1     00:00:00 bash',
    '  230 tty1     00:00:00 ps',
  ],
  history: (_words, { history }) => history.map((line, at) => `${String(at + 1).padStart(5)}  ${line}`),
  stty: ([what], { rows, columns }) =>
    what === 'size'
      ? [`${String(rows)} ${String(columns)}`]
      : [`speed 38400 baud; rows ${String(rows)}; columns ${String(columns)};`],
  seq: (words) => {
    const [first = 1, last] = words.map(Number);
    return last === undefined ? numbers(1, first) : numbers(first, last);
  },
  yes: ([word = 'y']) => forever(word),
  clear: () => ['\u001B[H\u001B[2J\u001B[3J'],
  colours,
};

/** What a command line writes, a line at a time; undefined for a blank one. */
export const outputOf = (line: string, session: Session): Iterable<string> | undefined => {
  const [name, ...words] = line.trim().split(/\s+/);
  if (name === undefined || name === '') return undefined;
  const unquoted = words.map((word) => word.replaceAll(/^(['"])(.*)\1$/g, '$2'));
  return commands[name]?.(unquoted, session) ?? [`-bash: ${name}: command not found`];
};

/** What stands before the cursor: `root@web:~# `. */
export const promptOf = ({ computer, folder }: Pick<Session, 'computer' | 'folder'>): string =>
  `root@${computer.host}:${folder === home ? '~' : folder}# `;
