import { describe, expect, it } from 'vitest';
import { Replies } from '../../../src/ui/terminal/replies.ts';

const answers = [
  ['its background', '\u001B]11;rgb:1414/1414/1414\u0007'],
  ['its background, ended by ST', '\u001B]11;rgb:1414/1414/1414\u001B\\'],
  ['its name', '\u001BP>|xterm(388)\u001B\\'],
  ['a setting', '\u001BP1$r0m\u001B\\'],
  ['a picture that it took', '\u001B_Gi=31;OK\u001B\\'],
  ['an old mouse', '\u001B[M !!'],
  ['eight bits', '\u009B31m'],
] as const;

describe('what a terminal says by itself', () => {
  it.each(answers)('is not among the keys: %s', (_what, answer) => {
    const replies = new Replies();
    expect(replies.without(`j${answer}k`)).toBe('jk');
    expect(replies.held).toBe('');
  });

  it.each(answers)('nor when it comes in two pieces, cut anywhere: %s', (_what, answer) => {
    // Eight-bit sequences are one read: a lone C1 character types nothing.
    for (let cut = answer.startsWith('\u009B') ? answer.length : 2; cut < answer.length; cut += 1) {
      const replies = new Replies();
      // An X10 report is as long as it is; before its `M` it may be any control sequence, which Ink puts together.
      if (answer.startsWith('\u001B[M') && cut < 3) continue;
      const before = replies.without(`j${answer.slice(0, cut)}`);
      expect(before + replies.without(`${answer.slice(cut)}k`), `cut at ${String(cut)}`).toBe('jk');
      expect(replies.held).toBe('');
    }
  });

  it('is told from keys that begin like it', () => {
    const replies = new Replies();
    expect(replies.without('\u001B]')).toBe('');
    expect(replies.held).toBe('\u001B]');
    expect(replies.release()).toBe('\u001B]');
    expect(replies.without('\u001B]')).toBe('');
    expect(replies.without('j')).toBe('\u001B]j');
  });

  it('is dropped when its end never comes', () => {
    const replies = new Replies();
    expect(replies.without('\u001B]11;rgb:14')).toBe('');
    expect(replies.release()).toBe('');
    expect(replies.without('j')).toBe('j');
  });

  it.each([
    '\u001B[A',
    '\u001B[5~',
    '\u001B[200~paste ] P _ M\u001B[201~',
    '\u001B',
    '\u001Bx',
    'größe 漢',
    '\u001B[1;5A',
  ])('leaves keys and pastes alone: %j', (keys) => {
    const replies = new Replies();
    expect(replies.without(keys)).toBe(keys);
    expect(replies.held).toBe('');
  });

  it('does not hold a flood back', () => {
    const replies = new Replies();
    expect(replies.without(`\u001B]11;${'x'.repeat(5_000)}`)).toHaveLength(5_005);
  });
});
