import { Box, Text, Transform, renderToString } from 'ink';
import type { BoxProps, TextProps } from 'ink';
import type { ReactNode } from 'react';
import { Random } from '../support/random.ts';

/** Words of every kind that a cluster's names can hold: plain, boxes, wide, emoji, joined, combining, invisible. */
const words = [
  'pve1',
  'running',
  'a b  c',
  '─│┌┐└┘├┤ ▁▃▅█ ⣿⠁',
  '● ▲ ▼ … → ✓',
  '日本語の名前',
  '한국어 각',
  '👍🏽 👩‍👩‍👧‍👦 🇩🇪 ❤️ 1️⃣',
  'e\u0301\u0302 n\u0303',
  'soft\u00adhyphen',
  'zero\u200bwidth\u200d joiner\ufe0f',
  'ｶﾞ ＡＢＣ ｰ',
  '\u001b[31mred\u001b[39m plain \u001b[1;4;38;5;208mbold\u001b[0m',
  '\u001b[48;2;10;20;30m  padded  \u001b[49m',
  '\u001b[7m日本\u001b[27m語',
  '\u001b]8;;https://pve\u0007link\u001b]8;;\u0007 after',
  '\u001b[2mdim\u001b[22m\u001b[1mbold\u001b[22m',
  'first\nsecond line\n\nfourth',
  '\u001b[32mgreen\nover two lines\u001b[39m',
  'trailing   ',
  '   leading',
];
const colours = ['red', '#ff8800', 'ansi256(33)', undefined] as const;
const wraps = ['wrap', 'truncate', 'truncate-middle', 'truncate-start', 'truncate-end', 'hard'] as const;

function textStyle(random: Random): TextProps {
  const color = random.pick(colours);
  const backgroundColor = random.chance(0.2) ? random.pick(colours) : undefined;
  return {
    ...(color === undefined ? {} : { color }),
    ...(backgroundColor === undefined ? {} : { backgroundColor }),
    bold: random.chance(0.2),
    dimColor: random.chance(0.2),
    inverse: random.chance(0.1),
    underline: random.chance(0.1),
    wrap: random.pick(wraps),
  };
}

const sentence = (random: Random): string =>
  Array.from({ length: random.between(1, 3) }, () => random.pick(words)).join(random.pick(['', ' ']));

function boxStyle(random: Random): BoxProps {
  const isOverlay = random.chance(0.2);
  const colour = random.pick(colours);
  return {
    flexDirection: random.pick(['row', 'column', 'row-reverse', 'column-reverse'] as const),
    ...(random.chance(0.3) ? { borderStyle: random.pick(['single', 'round', 'double', 'bold'] as const) } : {}),
    ...(random.chance(0.3) && colour !== undefined ? { borderColor: colour } : {}),
    ...(random.chance(0.2) && colour !== undefined ? { backgroundColor: colour } : {}),
    ...(random.chance(0.4) ? { width: random.between(1, 30) } : {}),
    ...(random.chance(0.4) ? { height: random.between(1, 8) } : {}),
    ...(random.chance(0.4) ? { overflow: 'hidden' as const } : {}),
    ...(random.chance(0.1) ? { overflowX: 'hidden' as const } : {}),
    ...(random.chance(0.1) ? { overflowY: 'hidden' as const } : {}),
    ...(random.chance(0.2) ? { padding: random.between(0, 2) } : {}),
    ...(random.chance(0.2) ? { marginLeft: random.between(-4, 4), marginTop: random.between(-2, 2) } : {}),
    ...(isOverlay ? { position: 'absolute' as const } : {}),
    flexShrink: random.pick([0, 1]),
  };
}

function tree(random: Random, depth: number): ReactNode {
  if (depth === 0 || random.chance(0.25)) {
    const text = <Text {...textStyle(random)}>{sentence(random)}</Text>;
    const number = random.chance(0.15);
    return number ? <Transform transform={(line, index) => `${index}:${line.toUpperCase()}`}>{text}</Transform> : text;
  }
  const children = Array.from({ length: random.between(1, 4) }, (_, index) => (
    <Box key={index} flexShrink={random.pick([0, 1])}>
      {tree(random, depth - 1)}
    </Box>
  ));
  return <Box {...boxStyle(random)}>{children}</Box>;
}

/** Frames of random layouts, one a seed, from 0 up to `count`; drawn by whatever Ink this module is bundled with. */
export function randomFrames(count: number): string[] {
  return Array.from({ length: count }, (_, seed) => {
    const random = new Random(seed);
    return renderToString(
      <Box width={60} height={random.chance(0.5) ? 20 : undefined}>
        {tree(random, random.between(1, 4))}
      </Box>,
      { columns: 60 },
    );
  });
}
