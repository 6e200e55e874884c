import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { Input } from '../../src/ui/terminal/input.ts';
import { standIn } from '../../src/ui/terminal/standIn.ts';

let input: Input | undefined;
afterEach(() => input?.end());

const open = () => {
  const stream = new PassThrough();
  const keys: string[] = [];
  let asked = 0;
  input = new Input(
    standIn(process.stdin, Object.assign(stream, { isTTY: false })),
    (names) => keys.push(...names),
    () => (asked += 1),
  );
  input.begin();
  const type = async (bytes: string | Buffer): Promise<void> => {
    stream.write(bytes);
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** What Ink would read from now on. */
  const read = async (): Promise<string[]> => {
    const got: string[] = [];
    const relay = input?.stream;
    relay?.addListener('readable', () => {
      for (let chunk: unknown = relay.read(); chunk !== null; chunk = relay.read()) got.push(String(chunk));
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    return got;
  };
  return { type, keys, read, asked: () => asked };
};

describe('keys before Ink is there', () => {
  it('answers letters, control keys and arrows itself', async () => {
    const { type, keys, asked } = open();
    await type('jG');
    await type('\u0004');
    await type('\u001B[B');
    await type('\u001BOA');
    await type('\u001B[5~');
    expect(keys).toEqual(['j', 'G', 'ctrl-d', 'down', 'up', 'pageup']);
    expect(asked()).toBe(0);
  });

  it('joins a character whose bytes come in two reads', async () => {
    const { type, keys } = open();
    const bytes = Buffer.from('ü');
    await type(bytes.subarray(0, 1));
    await type(bytes.subarray(1));
    expect(keys).toEqual(['ü']);
  });

  it('keeps for Ink what it cannot read, and all that comes after it, in order', async () => {
    const { type, keys, read, asked } = open();
    await type('j');
    await type('\u001B[200~pasted');
    await type('k');
    expect(keys).toEqual(['j']);
    expect(asked()).toBeGreaterThan(0);
    expect(await read()).toEqual(['\u001B[200~pasted', 'k']);
  });

  it('gives everything to Ink once it reads', async () => {
    const { type, keys, read } = open();
    const got = await read();
    await type('x');
    expect(keys).toEqual([]);
    expect(got).toEqual(['x']);
  });
});
