import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import { Welcome, type AddOutcome, type ContextDraft } from '../../screens/Welcome.tsx';
import { settle } from '../support/screen.tsx';

const enter = '\r';
const down = '\u001B[B';

const open = (outcomes: AddOutcome[], beside?: readonly string[]) => {
  const asked: ContextDraft[] = [];
  const told: string[] = [];
  const { stdin, lastFrame } = render(
    <Welcome
      columns={100}
      rows={24}
      add={async (draft) => {
        asked.push(draft);
        return outcomes.shift() ?? { kind: 'added' };
      }}
      {...(beside === undefined ? {} : { beside })}
      onAdded={(name) => told.push(beside === undefined ? 'added' : `added ${name}`)}
      onDemo={() => told.push('demo')}
      onQuit={() => told.push('quit')}
    />,
  );
  const type = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      stdin.write(key);
      await settle();
    }
  };
  return { asked, told, type, frame: () => lastFrame() ?? '' };
};

const fillIn = ['lab', enter, 'https://pve1:8006', enter, 'root@pam!t1=secret', enter];

describe('the first start', () => {
  it('opens the demo with one key', async () => {
    const { type, told } = open([]);
    await settle();
    await type(enter);
    expect(told).toEqual(['demo']);
  });

  it('adds a cluster, and never shows the token', async () => {
    const { type, asked, told, frame } = open([]);
    await settle();
    await type(down, enter, ...fillIn.slice(0, 5));
    expect(frame()).not.toContain('secret');
    await type(enter);
    expect(asked).toEqual([{ name: 'lab', url: 'https://pve1:8006', token: 'root@pam!t1=secret' }]);
    expect(told).toEqual(['added']);
  });

  it('shows an unknown certificate and trusts it only when told to', async () => {
    const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
    const { type, asked, told, frame } = open([{ kind: 'unknown-certificate', fingerprint }]);
    await settle();
    await type(down, enter, ...fillIn);
    expect(frame()).toContain('AB:AB:AB');
    expect(told).toEqual([]);
    await type('n');
    expect(frame()).toContain('was not trusted');
    await type(enter, 'root@pam!t1=secret', enter);
    expect(told).toEqual(['added']);
    expect(asked.every((draft) => draft.fingerprint === undefined)).toBe(true);
  });

  it('goes back to the field that was wrong, with what to do', async () => {
    const { type, frame } = open([{ kind: 'failed', message: 'The token was refused.', hint: 'Make a new one.' }]);
    await settle();
    await type(down, enter, ...fillIn);
    expect(frame()).toContain('The token was refused.');
    expect(frame()).toContain('Make a new one.');
    expect(frame()).toContain('API token');
  });
});

describe('one more cluster', () => {
  it('begins with its name, which must be a new one', async () => {
    const { type, frame, told } = open([], ['home', 'work']);
    await settle();
    expect(frame()).toContain('What do you call it?');
    await type('home', enter);
    expect(frame()).toContain('There is a context home already.');
    await type(enter, 'https://pve1:8006', enter, 'root@pam!t1=secret', enter);
    expect(told).toEqual(['added lab']);
  });

  it('is left alone with Esc', async () => {
    const { type, told } = open([], ['home']);
    await settle();
    await type('\u001B');
    await expect.poll(() => told).toEqual(['quit']);
  });
});
