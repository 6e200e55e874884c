import { describe, expect, it } from 'vitest';
import { createOutput, type OutputOptions } from '../../../src/faces/cli/output.ts';
import { ProxdeckError } from '../../../src/models/error.ts';

const capture = (options: Pick<OutputOptions, 'format' | 'work'>) => {
  const written = { stdout: '', stderr: '' };
  const output = createOutput({
    style: { colour: false, ascii: false },
    ...options,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  });
  return { output, written };
};

const warning = { type: 'warning', code: 'w', message: 'careful', hint: 'slowly' } as const;
const line = { type: 'line', source: 's', text: 'a\u001B[2Jb' } as const;
const error = new ProxdeckError('locked', 'it is locked', { hint: 'wait' });

describe('JSON output', () => {
  it('is the value alone for a read, with warnings on stderr', async () => {
    const { output, written } = capture({ format: 'json', work: false });
    output.event(warning);
    await output.result([{ vmid: 101 }], true);
    expect(JSON.parse(written.stdout)).toEqual([{ vmid: 101 }]);
    expect(JSON.parse(written.stderr)).toEqual(warning);
  });

  it('is one event a line for work, with the result last', async () => {
    const { output, written } = capture({ format: 'json', work: true });
    output.event(warning);
    output.event(line);
    await output.result({ done: 1 }, true);
    expect(
      written.stdout
        .trimEnd()
        .split('\n')
        .map((text): unknown => JSON.parse(text)),
    ).toEqual([warning, line, { type: 'result', ok: true, value: { done: 1 } }]);
  });

  it('ends a read that is followed with a result as well', async () => {
    const { output, written } = capture({ format: 'json', work: false });
    output.event(line);
    await output.result(null, false);
    expect(JSON.parse(written.stdout.trimEnd().split('\n').at(-1) ?? '')).toEqual({
      type: 'result',
      ok: false,
      value: null,
    });
  });

  it('has errors as one object on stderr', () => {
    const { output, written } = capture({ format: 'json', work: true });
    output.error(error);
    expect(JSON.parse(written.stderr)).toEqual({ error: { code: 'locked', message: 'it is locked', hint: 'wait' } });
    expect(written.stdout).toBe('');
  });
});

describe('output for people', () => {
  it('has the log on stdout, what is said beside it on stderr, all of it harmless', async () => {
    const { output, written } = capture({ format: 'table', work: true });
    output.event({ type: 'step', id: 'x', title: 'start 101', state: 'running' });
    output.event(line);
    output.event(warning);
    output.event({ type: 'progress', done: 1, unit: 'items' });
    await output.result('done', true);
    output.error(error);
    expect(written).toEqual({
      stdout: 'ab\ndone\n',
      stderr: 'start 101: running\nWarning: careful slowly\nproxdeck: it is locked\nwait\n',
    });
  });

  it('keeps stdout for the value in YAML and CSV', async () => {
    const { output, written } = capture({ format: 'yaml', work: true });
    output.event(line);
    await output.result({ ok: 1 }, true);
    expect(written).toEqual({ stdout: 'ok: 1\n', stderr: 'ab\n' });
  });
});
