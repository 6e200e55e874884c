import { describe, expect, it } from 'vitest';
import { Compositor, glass } from '../../src/ui/terminal/compositor.ts';

const layers = (): { compositor: Compositor; shown: () => readonly string[] } => {
  let lines: readonly string[] = [];
  const compositor = new Compositor({
    show: (next) => {
      lines = next;
    },
  });
  return { compositor, shown: () => lines };
};

describe('picture and cover', () => {
  it('shows the picture itself where nothing lies over it', () => {
    const { compositor, shown } = layers();
    const picture = ['\u001B[31mred\u001B[39m', 'plain'];
    compositor.showCover([glass.repeat(5), glass.repeat(5)].join('\n'));
    compositor.showPicture(picture);
    expect(shown()).toBe(picture);
  });

  it('lets the picture through around a card, in its colours', () => {
    const { compositor, shown } = layers();
    compositor.showPicture(['\u001B[31mabcdefgh\u001B[39m', 'second']);
    compositor.showCover(`${glass.repeat(2)}[x]${glass.repeat(3)}\n${glass.repeat(8)}`);
    expect(shown()).toEqual(['\u001B[0;31mab\u001B[m[x]\u001B[0;31mfgh\u001B[m', 'second']);
  });

  it('never shows half of a wide character', () => {
    const { compositor, shown } = layers();
    compositor.showPicture(['a世界b']);
    compositor.showCover(`${glass.repeat(2)}XX${glass.repeat(2)}`);
    expect(shown()).toEqual(['a XX b']);
  });

  it('shows a cover that has no glass whole, with or without a picture', () => {
    const { compositor, shown } = layers();
    compositor.showCover('over');
    expect(shown()).toEqual(['over']);
    compositor.showPicture(['picture below', 'and more']);
    expect(shown()).toEqual(['over', 'and more']);
  });

  it('shows the picture again when the card has gone', () => {
    const { compositor, shown } = layers();
    compositor.showPicture(['picture']);
    compositor.showCover('card');
    compositor.showCover(glass.repeat(7));
    expect(shown()).toEqual(['picture']);
  });
});
