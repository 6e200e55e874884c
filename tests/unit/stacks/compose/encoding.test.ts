import { describe, expect, it } from 'vitest';
import { mojibakeOf } from '../../../../src/stacks/compose/encoding.ts';

const misread = (text: string, encoding: string): string =>
  new TextDecoder(encoding).decode(new TextEncoder().encode(text));

describe('texts that were read in the wrong encoding', () => {
  it.each(['macintosh', 'windows-1252'])(
    'are recognised, with what was meant, when that was %s [S3-009]',
    (encoding) => {
      const text = 'a — b → größer “quoted”\n';
      const broken = misread(text, encoding);
      const found = mojibakeOf(broken);
      expect(found).toEqual({ encoding, offset: 2, written: misread('—', encoding), meant: '—' });
    },
  );

  it('are not suspected where they are only foreign', () => {
    for (const text of ['größer', 'naïve café', '日本語', 'Ωμέγα — «да»', '🎉 a', 'plain'])
      expect(mojibakeOf(text)).toBeUndefined();
  });
});
