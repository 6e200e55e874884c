import { describe, expect, it } from 'vitest';
import { colourCode, contrast, nearestOf256, rgb256, rgbOf } from '../../../components/colours.ts';
import { createLook } from '../../../components/look.ts';
import { styledWidth, withoutColours } from '../../../components/styled.ts';
import { builtInThemes, tokens, type Colour, type Theme, type Token } from '../../../components/themes.ts';
import { parseCells } from '../../../src/ui/terminal/cells.ts';

const painted = Object.entries(builtInThemes).filter(([, { background }]) => background !== undefined);

/** The two colours that a token is seen in. */
const seen = ({ background = '#000000', tokens: styles }: Theme, token: Token): readonly [Colour, Colour] => [
  styles[token].colour ?? styles.text.colour ?? '#ffffff',
  styles[token].background ?? background,
];

/** A colour as a terminal of 256 colours shows it. */
const of256 = (colour: Colour): Colour => {
  const [red, green, blue] = rgb256(nearestOf256(rgbOf(colour) ?? [0, 0, 0]));
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
};

describe('the themes that come with the program', () => {
  it('are four, and each has every token', () => {
    expect(Object.keys(builtInThemes)).toEqual(['terminal', 'dark', 'light', 'high-contrast']);
    for (const theme of Object.values(builtInThemes)) expect(Object.keys(theme.tokens)).toEqual([...tokens]);
  });

  describe.each(painted)('%s', (name, theme) => {
    // WCAG 2.2, 1.4.3: text 4.5; 1.4.11: what is no text, 3. AAA (1.4.6) asks for 7.
    const text = name === 'high-contrast' ? 7 : 4.5;
    it.each(tokens)('shows %s against what it stands on', (token) => {
      const [front, behind] = seen(theme, token);
      const needed = token === 'muted' || token === 'border' ? Math.min(text, token === 'muted' ? 4.5 : 3) : text;
      expect(contrast(front, behind)).toBeGreaterThanOrEqual(needed);
      // In 256 colours a little may be lost, not the reading.
      expect(contrast(of256(front), of256(behind))).toBeGreaterThanOrEqual(token === 'border' ? 2.5 : 4.2);
    });
  });

  it('knows contrast as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('red', '#ffffff')).toBeUndefined();
  });
});

describe('colours on a terminal', () => {
  it('are its own sixteen by number', () => {
    expect(colourCode('red', 'front', 16)).toBe('31');
    expect(colourCode('bright-white', 'front', 16)).toBe('97');
    expect(colourCode('bright-black', 'behind', 16)).toBe('100');
  });

  it('are 24 bits, the nearest of 256, or none', () => {
    expect(colourCode('#ff8700', 'front', 'any')).toBe('38;2;255;135;0');
    expect(colourCode('#ff8700', 'behind', 256)).toBe('48;5;208');
    expect(colourCode('#808080', 'front', 256)).toBe('38;5;244');
    expect(colourCode('#ff8700', 'front', 16)).toBeUndefined();
  });

  it('of the usual theme are what they always were', () => {
    const { paint } = createLook({ colour: true, unicode: true });
    expect(paint('muted', 'x')).toBe('\u001B[90mx\u001B[39m');
    expect(paint('selection', 'x')).toBe('\u001B[7mx\u001B[27m');
    expect(paint('tab', 'x')).toBe('\u001B[1;4mx\u001B[22;24m');
    expect(paint('danger', 'x')).toBe('\u001B[97;41mx\u001B[39;49m');
    expect(paint('text', 'x')).toBe('x');
  });

  it('are left alone where there are too few for the theme', () => {
    const poor = createLook({ colour: true, unicode: true, depth: 16, theme: themeNamed('dark') });
    expect(poor.paint('ok', 'x')).toBe('\u001B[32mx\u001B[39m');
    expect(poor.page('x', 4)).toBe('x');
    expect(poor.tag('web', { background: '#123456', colour: '#ffffff' })).toBe('\u001B[34mweb\u001B[39m');
  });

  it('are none without colour, but a selection and a danger are still seen', () => {
    const bare = createLook({ colour: false, unicode: true, theme: themeNamed('dark') });
    expect(bare.paint('ok', 'x')).toBe('x');
    expect(bare.page('x', 4)).toBe('x');
    expect(bare.paint('selection', 'x')).toBe('\u001B[7mx\u001B[27m');
    expect(bare.paint('danger', 'x')).toBe('\u001B[7mx\u001B[27m');
    expect(bare.tag('web', { background: '#123456', colour: '#ffffff' })).toBe('web');
  });

  it('of tags are what they are told to be', () => {
    const { tag } = createLook({ colour: true, unicode: true });
    expect(tag('web', { background: '#000080', colour: '#ffffff' })).toBe(
      '\u001B[38;2;255;255;255;48;2;0;0;128mweb\u001B[39;49m',
    );
  });
});

describe('the paper of a theme', () => {
  const look = createLook({ colour: true, unicode: true, theme: themeNamed('light') });
  const behind = '48;2;250;250;247';

  it.each([
    ['plain', 'hello'],
    ['coloured', `${look.paint('error', 'x')} and ${look.paint('heading', 'y')} and z`],
    ['selected', look.paint('selection', 'row')],
    ['reset', 'a\u001B[0mb\u001B[mc'],
    ['with the ends of chalk', '\u001B[38;2;1;2;3ma\u001B[39mb\u001B[1mc\u001B[22md'],
    ['in danger', look.paint('danger', ' home ')],
    ['empty', ''],
  ])('lies under every column of a line that is %s', (_name, line) => {
    const paged = look.page(line, 40);
    expect(withoutColours(paged)).toBe(withoutColours(line).padEnd(40));
    const cells = parseCells(paged);
    expect(cells).toHaveLength(40);
    for (const { style } of cells) {
      expect(style).toMatch(/48;2;/);
      expect(style).toMatch(/38;2;/);
    }
    expect(cells.at(-1)?.style).toContain(behind);
    expect(paged.endsWith('\u001B[m')).toBe(true);
  });

  it('makes no line wider than it is', () => {
    expect(styledWidth(look.page('x'.repeat(90), 40))).toBe(40);
  });
});

function themeNamed(name: string): Theme {
  const theme = builtInThemes[name];
  if (theme === undefined) throw new Error(`no theme ${name}`);
  return theme;
}
