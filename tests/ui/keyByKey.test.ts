import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { keyByKey } from '../../src/ui/terminal/keyByKey.ts';
import { standIn } from '../../src/ui/terminal/standIn.ts';

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A reader that is there for as many keys as the test says. */
const open = (ready: number) => {
  const stream = new PassThrough();
  const got: string[] = [];
  const gate = {
    left: ready,
    get ready() {
      return this.left > 0;
    },
    onReady: () => undefined,
  };
  const keys = keyByKey(standIn(process.stdin, stream.setEncoding('utf8')), gate);
  keys.addListener('readable', () => {
    const key: unknown = keys.read();
    if (key === null) return;
    got.push(String(key));
    gate.left -= 1;
  });
  return {
    got,
    type: async (text: string) => {
      stream.write(text);
      await turns();
    },
    letIn: async (count: number) => {
      gate.left = count;
      gate.onReady();
      await turns();
    },
  };
};

describe('keys of a dialogue', () => {
  it('of one read come one by one, text as a run', async () => {
    const { type, got } = open(10);
    await type('home\r\u001B[B\r');
    expect(got).toEqual(['home', '\r', '\u001B[B', '\r']);
  });

  it('that come before a question wait for it, in order', async () => {
    const { type, letIn, got } = open(0);
    await type('home\rhttps://pve1:8006\r');
    expect(got).toEqual([]);
    await letIn(2);
    expect(got).toEqual(['home', '\r']);
    await letIn(5);
    expect(got).toEqual(['home', '\r', 'https://pve1:8006', '\r']);
  });

  it('Esc is heard while nothing is asked, Ctrl-C also behind what was typed ahead', async () => {
    const { type, got } = open(0);
    await type('\u001B');
    await type('typed ahead');
    await type('more\u0003');
    expect(got).toEqual(['\u001B', '\u0003']);
  });

  it('that would be taken for letters are dropped', async () => {
    const { type, got } = open(10);
    await type('a\u0001\u0017b\u0015');
    expect(got).toEqual(['a', 'b', '\u0015']);
  });
});
