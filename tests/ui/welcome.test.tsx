import { render } from 'ink-testing-library';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Welcome } from '../../screens/Welcome.tsx';
import { ProxdeckError } from '../../src/models/error.ts';
import { Conversation, type Blame } from '../../src/ui/conversation.ts';

/** What a key brings is drawn within some turns of the event loop. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const enter = '\r';
const down = '\u001B[B';
const escape = '\u001B';

const fingerprint = (pair: string): string => Array.from({ length: 32 }, () => pair).join(':');

const seen = {
  context: 'home',
  address: 'pve1:8006',
  trust: 'changed',
  pinned: [fingerprint('CD')],
  subject: 'CN=pve1.home.arpa,O=Proxmox Virtual Environment',
  issuer: 'CN=Proxmox Virtual Environment',
  san: ['pve1', '10.0.0.1'],
  notbefore: 1_790_000_000,
  notafter: 1_850_000_000,
  fingerprint: fingerprint('AB'),
  doubt: 'it is self-signed',
} as const;

const blame: Blame = (error) => (error.code === 'auth' ? ['password'] : ['name']);

/** Everything that is asked, in an order that is easily told. */
const dialogue =
  (conversation: Conversation, fails: ProxdeckError[] = []) =>
  async (): Promise<string> => {
    const name = await conversation.line({
      id: 'name',
      text: 'What do you call it?',
      usual: 'home',
      check: (answer) => (answer === 'taken' ? 'There is a context taken already.' : undefined),
    });
    const word = await conversation.choose({
      id: 'way',
      text: 'How?',
      choices: [{ value: 'one', detail: 'the first way' }, { value: 'two' }],
    });
    const password = await conversation.secret({ id: 'password', text: 'Password' });
    const [error] = fails.splice(0, 1);
    if (error !== undefined) throw error;
    return [name, word, password].join(' ');
  };

const open = <Result,>(
  hold: (conversation: Conversation) => Promise<Result>,
  { columns = 80, rows = 24 }: { columns?: number; rows?: number } = {},
) => {
  const conversation = new Conversation();
  let quits = 0;
  const { stdin, lastFrame, unmount } = render(
    <Welcome columns={columns} rows={rows} conversation={conversation} onQuit={() => (quits += 1)} />,
  );
  onTestFinished(() => {
    unmount();
    conversation.end();
  });
  const ended = hold(conversation);
  const type = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      stdin.write(key);
      await settle();
    }
  };
  return {
    conversation,
    ended,
    type,
    frame: () => (lastFrame() ?? '').replaceAll(/\u001B\[[\d;]*m/g, ''),
    quits: () => quits,
  };
};

const heldOf = (fails: ProxdeckError[] = [], size = {}) =>
  open((conversation) => conversation.hold(dialogue(conversation, fails), blame), size);

describe('a dialogue question by question', () => {
  it('takes what is usual with Enter, and never shows a secret', async () => {
    const { type, frame, ended } = heldOf();
    await settle();
    expect(frame()).toContain('What do you call it?');
    await type(enter, down, enter, 'hunter2');
    expect(frame()).not.toContain('hunter2');
    await type(enter);
    expect(await ended).toEqual({ result: 'home two hunter2' });
  });

  it('says what is wrong with an answer, and Ctrl-u begins it anew', async () => {
    const { type, frame, ended } = heldOf();
    await settle();
    await type('taken', enter);
    expect(frame()).toContain('There is a context taken already.');
    await type('\u0015', 'lab', enter, enter, 'x', enter);
    expect(await ended).toEqual({ result: 'lab one x' });
  });

  it('goes back a question with Esc, keeps what was said there, and leaves at the first one', async () => {
    const { type, frame, ended } = heldOf();
    await settle();
    await type('lab', enter, enter);
    expect(frame()).toContain('Password');
    await type(escape);
    await expect.poll(frame).toContain('the first way');
    await type(escape);
    await expect.poll(frame).toContain('> lab');
    await type(escape);
    expect(await ended).toBeUndefined();
  });

  it('asks again only for the secret that was refused, with what to do', async () => {
    const refused = new ProxdeckError('auth', 'The password was refused.', { hint: 'Type it once more.' });
    const { type, frame, ended } = heldOf([refused]);
    await settle();
    await type(enter, down, enter, 'wrong', enter);
    expect(frame()).toContain('The password was refused.');
    expect(frame()).toContain('Type it once more.');
    expect(frame()).toContain('Password');
    await type('right', enter);
    expect(await ended).toEqual({ result: 'home two right' });
  });

  it('asks anew what followed from a wrong answer, secrets among it', async () => {
    const { type, frame, ended } = heldOf([new ProxdeckError('unreachable', 'Nobody answers.')]);
    await settle();
    await type('here', enter, enter, 'secret', enter);
    expect(frame()).toContain('Nobody answers.');
    expect(frame()).toContain('> here');
    await type('2', enter, down, enter, 'other', enter);
    expect(await ended).toEqual({ result: 'here2 two other' });
  });

  it('offers to try again where there is nothing to answer', async () => {
    let tries = 0;
    const { type, frame, ended } = open((conversation) =>
      conversation.hold(async () => {
        tries += 1;
        if (tries === 1) throw new ProxdeckError('timeout', 'It took too long.');
        return tries;
      }, blame),
    );
    await settle();
    expect(frame()).toContain('It took too long.');
    await type(enter);
    expect(await ended).toEqual({ result: 2 });
  });

  it('gives up work with Esc, and asks what was asked last', async () => {
    const begun = Promise.withResolvers<void>();
    const { type, frame, conversation } = open((one) =>
      one.hold(async () => {
        await one.line({ id: 'name', text: 'Who?', usual: 'me', check: () => undefined });
        begun.resolve();
        return new Promise<string>((_resolve, reject) =>
          one.signal.addEventListener('abort', () => reject(new ProxdeckError('cancelled', 'Cancelled.'))),
        );
      }, blame),
    );
    await settle();
    await type('ada', enter);
    await begun.promise;
    expect(conversation.ready).toBe(false);
    await type(escape);
    await expect.poll(frame).toContain('> ada');
  });

  it('quits with Ctrl-C', async () => {
    const { type, quits } = heldOf();
    await settle();
    await type('\u0003');
    expect(quits()).toBe(1);
  });
});

describe('a certificate', () => {
  it.each([
    [60, 15],
    [80, 24],
    [120, 40],
    [200, 60],
  ])('that changed is shown beside the one that was trusted, both whole, at %i×%i', async (columns, rows) => {
    const { type, frame, ended } = open(
      (conversation) =>
        conversation.hold(() => {
          for (const title of ['find the address', 'reach the port', 'see the certificate'])
            conversation.tell({ type: 'step', id: title, title, state: 'done' });
          return conversation.trust(seen);
        }, blame),
      { columns, rows },
    );
    await settle();
    expect(frame()).toContain('proxdeck a control room');
    expect(frame()).toContain('ctrl-c quit');
    for (const pair of ['AB', 'CD']) expect(frame().split(pair).length - 1).toBe(32);
    expect(frame()).toMatch(/Nothing was\s+sent\./);
    expect(frame()).toContain('in place of the other');
    for (const line of frame().split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    await type(down, enter);
    expect(await ended).toEqual({ result: true });
  });

  it('is not trusted by Enter', async () => {
    const { type, ended } = open((conversation) => conversation.hold(() => conversation.trust(seen), blame));
    await settle();
    await type(enter);
    expect(await ended).toEqual({ result: false });
  });
});
