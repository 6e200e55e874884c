import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import realStringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import StockOutput from '../../node_modules/ink/build/output.js';
import { LateSegmenter } from '../../scripts/ink-shims/late.ts';
import { isNarrow } from '../../scripts/ink-shims/narrow.ts';
import { Output } from '../../scripts/ink-shims/output.ts';
import { inkShims, noDevtools } from '../../scripts/ink-shims/plugins.ts';
import { stringWidth } from '../../scripts/ink-shims/string-width.ts';
import { Random } from '../support/random.ts';

const samples = [
  'plain',
  ' spaces ',
  '─│┌ ▁▃█ ⣿',
  '日本語',
  '👍🏽x👩‍👩‍👧‍👦',
  'e\u0301\u0302',
  '\u0301lone mark',
  'a\u00adb\u200b',
  '\u001b[31mred\u001b[39m',
  '\u001b[1m\u001b[31mboth\u001b[39m\u001b[22m',
  '\u001b[31mA\u001b[39m\u001b[1m\u001b[31mB\u001b[0m',
  '\u001b[48;5;22m  日  \u001b[49m',
  '\u001b[2mdim\u001b[22m\u001b[1mbold',
  '\u001b[32mover\nlines\u001b[39m\nend',
  '\u001b]8;;http://a\u0007link\u001b]8;;\u0007',
  '\u001b[38:2::1:2:3modd\u001b[m',
  '\n\nlow',
];

interface Screen {
  write(
    x: number,
    y: number,
    text: string,
    options: { transformers: ((line: string, index: number) => string)[] },
  ): void;
  clip(clip: Record<'x1' | 'x2' | 'y1' | 'y2', number | undefined>): void;
  unclip(): void;
  get(): { output: string; height: number };
}

/** Writes, clips and unclips at random places, in and out of the screen; what `seed` says, on any screen. */
function scribble(screen: Screen, seed: number): { output: string; height: number } {
  const random = new Random(seed);
  const bound = (): number | undefined => (random.chance(0.2) ? undefined : random.between(-3, 34));
  const transforms = [
    (line: string) => line.toUpperCase(),
    (line: string, index: number) => `${index}${line}`,
    () => '',
  ];
  for (let step = random.between(1, 14); step > 0; step -= 1) {
    const what = random.next();
    if (what < 0.15) screen.clip({ x1: bound(), x2: bound(), y1: bound(), y2: bound() });
    else if (what < 0.25) screen.unclip();
    else {
      const text = Array.from({ length: random.between(0, 3) }, () => random.pick(samples)).join('');
      const transformers = random.chance(0.15) ? [random.pick(transforms)] : [];
      screen.write(random.between(-4, 32), random.between(-2, 7), text, { transformers });
    }
  }
  return screen.get();
}

describe('Output', () => {
  test('draws what the Output of stock Ink draws, byte for byte, for 5,000 random screens', () => {
    const differing: number[] = [];
    for (let seed = 0; seed < 5_000; seed += 1) {
      const size = { width: 30, height: 6 };
      const ours = scribble(new Output(size), seed);
      const stock = scribble(new StockOutput(size), seed);
      if (ours.output !== stock.output || ours.height !== stock.height) differing.push(seed);
    }
    expect(differing).toEqual([]);
  });

  test('draws the same when all is already in its caches', () => {
    const size = { width: 30, height: 6 };
    const draw = (): string[] => Array.from({ length: 50 }, (_, seed) => scribble(new Output(size), seed).output);
    expect(draw()).toEqual(draw());
  });
});

describe('string width', () => {
  const allCodePoints = Array.from({ length: 0x11_0000 }, (_, codePoint) => String.fromCodePoint(codePoint));
  const narrow = allCodePoints.filter((character) => isNarrow(character));

  test('claims only characters that are one column wide, alone and beside each other', () => {
    expect(narrow.length).toBeGreaterThan(900);
    expect(narrow.filter((character) => realStringWidth(character) !== 1)).toEqual([]);
    const random = new Random(1);
    const pairs = Array.from({ length: 50_000 }, () => random.pick(narrow) + random.pick(narrow));
    expect(pairs.filter((pair) => realStringWidth(pair) !== 2)).toEqual([]);
  });

  test('answers as the real one for text of any kind', () => {
    const random = new Random(2);
    const texts = Array.from({ length: 10_000 }, () =>
      Array.from({ length: random.between(1, 6) }, () =>
        random.chance(0.5) ? random.pick(samples) : random.pick(allCodePoints),
      ).join(''),
    );
    expect(texts.filter((text) => stringWidth(text) !== realStringWidth(text))).toEqual([]);
    expect(stringWidth('±', { ambiguousIsNarrow: false })).toBe(2);
  });
});

describe('late segmenter', () => {
  test('finds the graphemes that Intl.Segmenter finds', () => {
    const characters = [
      'a',
      '─',
      '\r',
      '\n',
      '\t',
      '\u001b',
      'e',
      '\u0301',
      '🇩',
      '🇪',
      '👍',
      '🏽',
      '\u200d',
      '日',
      'ᄀ',
      'ᅡ',
    ];
    const real = new Intl.Segmenter();
    const random = new Random(3);
    for (let round = 0; round < 5_000; round += 1) {
      const text = Array.from({ length: random.between(0, 8) }, () => random.pick(characters)).join('');
      const late = new LateSegmenter().segment(text);
      const index = random.between(0, 8);
      const plain = (data: Intl.SegmentData | undefined) => data && { segment: data.segment, index: data.index };
      expect(Array.from(late, plain)).toEqual(Array.from(real.segment(text), plain));
      expect(plain(late.containing(index))).toEqual(plain(real.segment(text).containing(index)));
    }
  });
});

describe('bundle', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-shims-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Bundles the random layouts with Ink and runs them; also tells whether Node's HTTP client was loaded for it. */
  async function run(name: string, plugins: readonly Plugin[]): Promise<{ frames: string[]; loadsFetch: boolean }> {
    const outfile = path.join(folder, `${name}.mjs`);
    const contents = `
      import { randomFrames } from './ink-layouts.tsx';
      const frames = randomFrames(400);
      const loadsFetch = process.moduleLoadList.some((module) => module.includes('internal/deps/undici/undici'));
      process.stdout.write(JSON.stringify({ frames, loadsFetch }));
    `;
    await build({
      stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      plugins: [noDevtools, ...plugins],
    });
    const env = { ...process.env, FORCE_COLOR: '3' };
    const answer = execFileSync(process.execPath, [outfile], { encoding: 'utf8', env, maxBuffer: 1e8 });
    return JSON.parse(answer) as { frames: string[]; loadsFetch: boolean };
  }

  let stock: Awaited<ReturnType<typeof run>>;
  let shimmed: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    [stock, shimmed] = await Promise.all([run('stock', []), run('shimmed', inkShims)]);
  }, 60_000);

  test('with the shims gives the frames of stock Ink for random layouts', () => {
    expect(stock.frames.length).toBe(400);
    expect(new Set(stock.frames).size).toBeGreaterThan(350);
    expect(shimmed.frames.filter((frame, seed) => frame !== stock.frames[seed])).toEqual([]);
  });

  test('starts yoga without the HTTP client of Node, which stock Ink loads', () => {
    expect(stock.loadsFetch).toBe(true);
    expect(shimmed.loadsFetch).toBe(false);
  });
});
