import type { Look } from '../../components/look.ts';
import { clean } from '../../components/text.ts';

/** Tags in the colours that Proxmox VE gives them, so that they look here as they look in its web interface. */

type Rgb = readonly [red: number, green: number, blue: number];
type Hex = `#${string}`;

interface TagColours {
  readonly background: Hex;
  readonly colour: Hex;
}

/** `tag-style` of the datacenter (contract §8.3). */
export interface TagStyle {
  readonly 'color-map'?: string | undefined;
  readonly shape?: string | undefined;
  readonly ordering?: string | undefined;
}

const white: Hex = '#ffffff';
const black: Hex = '#000000';

const hexOf = (rgb: Rgb): Hex => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

const rgbOf = (hex: string): Rgb =>
  [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];

/** The colour of a tag that nobody gave one: derived from its letters, as the web interface does (proxmox-widget-toolkit, stringToRGB). */
const derived = (tag: string): Rgb => {
  let hash = 0;
  // Short texts get more variance by the end.
  for (const unit of `${tag}prox`) hash = (unit.charCodeAt(0) + ((hash << 5) - hash)) | 0;
  const brighter = (value: number): number => (value & 255) * 0.7 + 255 * 0.3;
  return [brighter(hash), brighter(hash >> 8), brighter(hash >> 16)];
};

/** Black or white, whichever can be read better on a colour (the same kit, getTextContrastClass: APCA 0.0.98). */
const readable = (rgb: Rgb): Hex => {
  const [red, green, blue] = rgb.map((part) => (part / 255) ** 2.4) as [number, number, number];
  const luminance = red * 0.2126729 + green * 0.7151522 + blue * 0.072175;
  const clamped = luminance > 0.022 ? luminance : luminance + (0.022 - luminance) ** 1.414;
  const onLight = clamped ** 0.65 - 1;
  const onDark = clamped ** 0.56 - 0.046134502;
  return Math.abs(onLight) >= Math.abs(onDark) ? white : black;
};

const six = /^[0-9a-f]{6}$/i;

/** Reads `tag:background[:text];…`; what is not written so is left out. */
const colourMap = (text: string): ReadonlyMap<string, TagColours> =>
  new Map(
    text.split(';').flatMap((entry) => {
      const [tag = '', background = '', colour = ''] = entry.split(':');
      if (tag === '' || !six.test(background)) return [];
      const written: Hex = six.test(colour) ? `#${colour}` : readable(rgbOf(background));
      return [[tag.toLowerCase(), { background: `#${background}` as const, colour: written }]];
    }),
  );

/** How tags of a cluster are drawn. */
export interface TagPainter {
  /** Tags in one text, each in its colours, `wide` with a blank on both sides of each; in the order that the datacenter wants. */
  paint(tags: readonly string[], look: Look, wide?: boolean): string;
}

/** Makes the painter of a style; without one, as Proxmox VE does it by default. */
export const tagPainter = (style: TagStyle | undefined): TagPainter => {
  const own = colourMap(style?.['color-map'] ?? '');
  const coloursOf = (tag: string): TagColours => {
    const rgb = derived(tag);
    return own.get(tag.toLowerCase()) ?? { background: hexOf(rgb), colour: readable(rgb) };
  };
  const ordered = (tags: readonly string[]): readonly string[] =>
    style?.ordering === 'config' ? tags : tags.toSorted((a, b) => (a < b ? -1 : 1));
  return {
    paint: (tags, look, wide = false) =>
      ordered(tags)
        .map((tag) => {
          if (style?.shape === 'none') return clean(tag);
          // Without colours a chip is a word like any other.
          if (!look.colourful) return clean(tag);
          return look.tag(wide ? ` ${clean(tag)} ` : clean(tag), coloursOf(tag));
        })
        .join(' '),
  };
};
