import type { Random } from '../../tests/support/random.ts';
import { keyTable } from '../../src/ui/keyTable.ts';
import { screenTitles } from '../../src/ui/state.ts';

/** What somebody with cats on the keyboard does: keys, pastes, other sizes, and trouble in the cluster meanwhile. */
export type Gesture =
  | { readonly kind: 'bytes'; readonly chunks: readonly Buffer[] }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'fault'; readonly fault: string }
  /** Simulated milliseconds in which nothing is done, so that answers come and dwelling begins. */
  | { readonly kind: 'pause'; readonly ms: number };

const sequences: Readonly<Record<string, string>> = {
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  home: '\u001B[H',
  end: '\u001B[F',
  pageup: '\u001B[5~',
  pagedown: '\u001B[6~',
  'shift-tab': '\u001B[Z',
  escape: '\u001B',
  enter: '\r',
  tab: '\t',
  space: ' ',
  backspace: '\u007F',
};

/** The bytes of a key of the table; a chord is the bytes of its keys. */
export const bytesOfKey = (key: string): string =>
  key
    .split(' ')
    .map((one) => {
      const control = /^ctrl-(.)$/.exec(one)?.[1];
      return control === undefined ? (sequences[one] ?? one) : String.fromCharCode(control.charCodeAt(0) & 31);
    })
    .join('');

const leaving = new Set(['q', 'ctrl-c']);
const tableKeys = [...new Set(keyTable.flatMap(({ keys }) => keys))];
const stayingKeys = tableKeys.filter((key) => !leaving.has(key));

/** What nobody types on purpose: answers of terminals, mouse reports, function keys, half sequences, modes. */
export const strange = [
  '\u001B[<0;10;10M',
  '\u001B[<0;10;10m',
  '\u001B[M !!',
  '\u001B[1;5A',
  '\u001B[15~',
  '\u001BOP',
  '\u001B[?62;c',
  '\u001B[12;40R',
  '\u001B]11;rgb:1414/1414/1414\u0007',
  '\u001B]11;rgb:1414/1414/1414\u001B\\',
  '\u001BP>|xterm(1)\u001B\\',
  '\u001B[I',
  '\u001B[O',
  '\u001B[?2026;2$y',
  '\u001B[97;5u',
  '\u001B[',
  '\u001B\u001B\u001B',
  '\u001B[200~',
  '\u001B[201~',
  '\u009B31m',
  '\u0000\u0000',
  '\uFFFD',
];

const texts = [
  'web',
  'tag:prod status:running',
  '-f pgrs',
  '!lab node:pve1',
  'ip:192.0.2.113',
  'größe ✓ 漢字',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'e\u0301\u0327\u0301',
  '\u202Eevil\u202C',
  '$(reboot) `id` "\'\\',
  '104',
  '[a-z]+(',
  'x'.repeat(3_000),
  'line one\nline two\r\nline three\ttab',
  '\u001B[31mred\u001B[0m \u0007bell',
];

const faults = [
  'latency=400',
  'latency=3000:/nodes',
  'status=500:/nodes/pve1',
  'status=403:/access',
  'status=401',
  'status=595',
  'status=596:/nodes/pve2',
  'reset=0.3',
  'storage-hang=nas',
  'storage-slow=pbs:2000',
  'node-down=pve2',
  'node-down=pve1',
];

const bytes = (text: string): Gesture => ({ kind: 'bytes', chunks: [Buffer.from(text, 'utf8')] });

/** The bytes cut anywhere, in the middle of characters and sequences too. */
const cut = (random: Random, text: string): Gesture => {
  const whole = Buffer.from(text, 'utf8');
  const chunks: Buffer[] = [];
  for (let from = 0; from < whole.length;) {
    const to = Math.min(whole.length, from + random.between(1, 6));
    chunks.push(whole.subarray(from, to));
    from = to;
  }
  return { kind: 'bytes', chunks };
};

const resize = (random: Random): Gesture => {
  const usual = [
    [80, 24],
    [120, 40],
    [200, 60],
    [40, 10],
  ] as const;
  const [columns, rows] = random.chance(0.5) ? random.pick(usual) : [random.between(10, 250), random.between(3, 80)];
  return { kind: 'resize', columns, rows };
};

const paste = (random: Random): Gesture => {
  const text = `\u001B[200~${random.pick(texts)}\u001B[201~`;
  return random.chance(0.3) ? cut(random, text) : bytes(text);
};

const screenNames = Object.keys(screenTitles);

/** The ways to be clumsy, and how often each is chosen beside the others. */
const ways: readonly (readonly [number, (random: Random) => Gesture])[] = [
  [640, (random) => bytes(bytesOfKey(random.pick(stayingKeys)))],
  [5, (random) => bytes(bytesOfKey(random.pick([...leaving])))],
  // Letters stay in a field that has them: without Esc most of the time would pass there.
  [90, () => bytes('\u001B')],
  [90, (random) => bytes(String.fromCharCode(random.between(0x20, 0x7e)))],
  [20, (random) => bytes(`:${random.pick(screenNames)}\r`)],
  [20, (random) => bytes(`/${random.pick(texts)}\r`)],
  [40, paste],
  [40, resize],
  [30, (random) => bytes(random.pick(strange))],
  [20, (random) => cut(random, random.pick(strange) + random.pick(texts))],
  [15, (random) => bytes(bytesOfKey(random.pick(stayingKeys)).repeat(random.between(5, 200)))],
  [
    15,
    (random) =>
      bytes(Array.from({ length: random.between(2, 12) }, () => bytesOfKey(random.pick(stayingKeys))).join('')),
  ],
  [5, (random) => ({ kind: 'fault', fault: random.pick(faults) })],
  [60, (random) => ({ kind: 'pause', ms: random.between(20, 1_200) })],
];

const total = ways.reduce((sum, [weight]) => sum + weight, 0);

/** The next thing that is done. */
export const nextGesture = (random: Random): Gesture => {
  let left = random.between(1, total);
  for (const [weight, way] of ways) {
    left -= weight;
    if (left <= 0) return way(random);
  }
  throw new Error('the weights of the gestures do not add up');
};
