import { describe, expect, it } from 'vitest';
import { chooseFace } from '../../../src/faces/choose.ts';

const utf8 = { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' };
const choose = (args: readonly string[], env: Record<string, string> = utf8, interactive = true) =>
  chooseFace(args, { interactive, env });

describe('choosing the face', () => {
  it('opens the full screen without a command, and for the demo', () => {
    const looks = { noColor: false, ascii: false, reducedMotion: false };
    expect(choose([])).toEqual({ face: 'tui', demo: false, readOnly: false, allContexts: false, looks });
    expect(choose(['demo'])).toMatchObject({ face: 'tui', demo: true });
    expect(choose(['demo', '--as', 'viewer@pve!demo'])).toMatchObject({ demo: true, demoLogin: 'viewer@pve!demo' });
    expect(
      choose(['--context', 'work', '--read-only', '--no-color', '--ascii', '--theme', 'dark', '--reduced-motion']),
    ).toEqual({
      face: 'tui',
      demo: false,
      contextName: 'work',
      readOnly: true,
      allContexts: false,
      looks: { theme: 'dark', noColor: true, ascii: true, reducedMotion: true },
    });
    expect(choose(['--workspace', 'lab'])).toMatchObject({ face: 'tui', workspace: 'lab' });
    expect(choose(['--all-contexts'])).toMatchObject({ face: 'tui', allContexts: true });
  });

  it.each([
    [['guest', 'list']],
    [['--plain']],
    [['--output', 'json']],
    [['--help']],
    [['--contxt', 'x']],
    [['demo', '--plain']],
    [['--as', 'viewer@pve!demo']],
    [['context', '--context']],
  ])('leaves %j to plain mode', (args) => {
    expect(choose(args)).toEqual({ face: 'cli' });
  });

  it('stays plain where there is no terminal, a dumb one, or a screen reader', () => {
    expect(choose([], utf8, false)).toEqual({ face: 'cli' });
    expect(choose([], { ...utf8, TERM: 'dumb' })).toEqual({ face: 'cli' });
    expect(choose([], { ...utf8, INK_SCREEN_READER: 'true' })).toEqual({ face: 'cli' });
  });
});
