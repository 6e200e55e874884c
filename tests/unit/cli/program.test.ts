import { describe, expect, it } from 'vitest';
import { runProgram, type FaceCommand, type Wanted } from '../../../src/faces/cli/program.ts';

/** Parses a line and returns what it asks for. */
const parse = async (...line: string[]): Promise<Wanted> => {
  const found: Wanted[] = [];
  await runProgram(
    line,
    [],
    async (wanted) => {
      found.push(wanted);
      return 0;
    },
    async () => 0,
  );
  const [first] = found;
  if (first === undefined) throw new Error('nothing was asked for');
  return first;
};

const fail = async (...line: string[]): Promise<unknown> => parse(...line).catch((thrown: unknown) => thrown);

describe('a command line', () => {
  it('names an operation and its input', async () => {
    const { operation, input } = await parse('guest', 'start', '101', 'web', '--no-wait');
    expect(operation.name).toBe('guest.start');
    expect(input).toEqual({ guests: ['101', 'web'], wait: false });
  });

  it('leaves out what was not said, so that defaults are the operation’s', async () => {
    expect((await parse('guest', 'list')).input).toEqual({});
    expect((await parse('api', 'get', '/version')).input).toEqual({ path: '/version' });
  });

  it('takes global flags before and after the command', async () => {
    const expected = {
      context: 'work',
      output: 'json',
      yes: true,
      readOnly: true,
      plain: true,
      dryRun: true,
      color: false,
      ascii: true,
    };
    const flags = [
      '--context',
      'work',
      '--output',
      'json',
      '--yes',
      '--read-only',
      '--plain',
      '--dry-run',
      '--no-color',
      '--ascii',
    ];
    expect((await parse(...flags, 'guest', 'list')).globals).toEqual(expected);
    expect((await parse('guest', 'list', ...flags)).globals).toEqual(expected);
    expect((await parse('guest', '--output=json', 'list')).globals.output).toBe('json');
  });

  it('collects repeated flags and keeps short ones', async () => {
    expect((await parse('guest', 'list', '--tag', 'a', '--tag', 'b')).input).toEqual({ tag: ['a', 'b'] });
    expect((await parse('task', 'log', 'UPID:x', '-f')).input).toEqual({ upid: 'UPID:x', follow: true });
  });

  it('gives `--read-only` of `context add` to the context', async () => {
    const { input, globals } = await parse(
      'context',
      'add',
      'home',
      '--url',
      'a',
      '--url',
      'b',
      '--read-only',
      '--no-check',
    );
    expect(input).toEqual({ name: 'home', url: ['a', 'b'], readOnly: true, check: false });
    expect(globals.readOnly).toBe(false);
  });

  it('has no flag for a secret, only one for a file with it', async () => {
    expect((await parse('context', 'add', 'home', '--url', 'a', '--token-file', '/run/token')).secretFiles).toEqual({
      token: '/run/token',
    });
    expect(await fail('context', 'add', 'home', '--url', 'a', '--token', 'x')).toMatchObject({ code: 'usage' });
  });

  it.each([
    [['gest', 'list'], "unknown command 'gest'. Did you mean guest?"],
    [['guest', 'lst'], "unknown command 'lst'. Did you mean list?"],
    [['guest', 'list', '--ouput', 'json'], "unknown option '--ouput'. Did you mean --output?"],
    [['--contxt', 'x', 'guest', 'list'], "unknown option '--contxt'. Did you mean --context?"],
    [['snapshot'], 'snapshot needs one of: list, create, rollback, schedule, schedules, unschedule, due, delete.'],
    [['guest', 'list', '--all-contexts'], '--all-contexts is for the full screen: a command is about one cluster.'],
    [['guest', 'show'], "missing required argument 'guest'."],
    [['guest', 'list', '--output', 'xml'], '--output cannot be xml.'],
    [['guest', 'show', '101', '102'], "too many arguments for 'show'. Expected 1 argument but got 2: 101, 102."],
  ])('%j is refused with what was meant', async (line, message) => {
    expect(await fail(...line)).toMatchObject({ code: 'usage', message });
  });

  it('runs commands of the face, and the summary when there is no command', async () => {
    const seen: unknown[] = [];
    const command: FaceCommand = {
      name: 'sing',
      summary: 'sing',
      arguments: [{ name: 'song', description: 'what' }],
      options: [{ flags: '--verse <n>', description: 'which', many: true }],
      run: async ({ arguments: words, options }) => seen.push(words, options['verse']),
    };
    const run = (...line: string[]) =>
      runProgram(
        line,
        [command],
        async () => 0,
        async ({ output }) => (output === 'json' ? 42 : 0),
      );
    expect(await run('sing', 'blue', '--verse', '1', '--verse', '2')).toBe(2);
    expect(seen).toEqual([['blue'], ['1', '2']]);
    expect(await run('--output', 'json')).toBe(42);
  });
});
