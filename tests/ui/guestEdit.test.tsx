import { afterEach, describe, expect, it } from 'vitest';
import { IncompleteError } from '../../src/operations/outcome.ts';
import type { Call } from '../../src/operations/operation.ts';
import { answering } from '../support/answers.ts';
import { fakeDesk } from '../support/desk.ts';
import { cardIn, openGuests, type Scene } from '../support/guests.tsx';
import type { TestScreen } from '../support/screen.tsx';

/** Changing what a guest is: by the form, and as a text in an editor. */

const enter = '\r';
const escape = '\u001B';
const tab = '\t';
const digest = 'a'.repeat(40);

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (scene: Scene = {}) => {
  const opened = await openGuests(scene);
  screen = opened.shown;
  return opened;
};

/** Another was faster: what the operation tells then. */
const conflict = new IncompleteError(
  'conflict',
  'changed by somebody else',
  { vmid: 104, conflict: [{ key: 'memory', before: '8192', now: '2048', wanted: '1024' }] },
  {},
);

describe('the form', () => {
  for (const size of [
    [80, 24],
    [120, 40],
  ] as const)
    it(`shows what it was, what it becomes and when, at ${size.join('×')}`, async () => {
      const { shown, sees } = await open({ size });
      await shown.press('e');
      await sees(/Memory +8G/);
      await shown.press(tab, tab, '\u00151G', enter);
      await sees(/Memory +1G +was 8G/);
      await sees(/memory +8192 → 1024 +at once/);
      expect(cardIn(shown.frame())).toMatchSnapshot();
    });

  it('sends only what was changed, with the digest of what was seen', async () => {
    const { shown, session, sees } = await open();
    await shown.press('e');
    await sees(/Cores +4/);
    await shown.press(tab, '\u00156', tab, tab, tab, ' ', tab, tab, 'web dev');
    await shown.press('\u0004', '\u0004', '\u0004');
    await sees('proxdeck guest.set');
    await shown.press(enter);
    expect(session.ran).toEqual([
      { name: 'guest.set', input: { guest: '104', cores: '6', onboot: 'on', tags: 'web dev', digest } },
    ]);
  });

  it('says that nothing is changed instead of sending it', async () => {
    const { shown, session, sees } = await open();
    await shown.press('e');
    await sees(/Cores +4/);
    await shown.press('\u0004', '\u0004', '\u0004');
    await sees('Nothing is changed yet.');
    await shown.press(enter);
    expect(session.ran).toEqual([]);
  });

  it('changes a network device, and says what is wrong with an address at its place', async () => {
    const { shown, session, sees } = await open();
    await shown.press('e');
    await sees(/Cores +4/);
    await shown.press('\u0004');
    await sees(/net0 VLAN/);
    await shown.press(tab, '5000', enter);
    await sees(/5000 is no VLAN: they are numbered 1 to 4094/);
    await shown.press('\u001530', '\u0004', '\u0004');
    await sees('proxdeck guest.set');
    await shown.press(enter);
    expect(session.ran).toEqual([{ name: 'guest.set', input: { guest: '104', net: ['net0=tag=30'], digest } }]);
  });

  it('shows both values when somebody else was faster, and begins again with what was wanted', async () => {
    const ran: Call[] = [];
    const { shown, sees } = await open({
      session: {
        run: async (call) => {
          ran.push(call);
          throw conflict;
        },
      },
    });
    await shown.press('e');
    await sees(/Memory +8G/);
    await shown.press(tab, tab, '\u00151G', '\u0004', '\u0004', '\u0004');
    await sees('proxdeck guest.set');
    await shown.press(enter);
    await sees('memory: is now 2048, you wanted 1024');
    await sees('nothing of yours was changed');
    await shown.press(tab, enter);
    await sees(/Memory +1G +was 8G/);
    expect(ran).toHaveLength(1);
  });

  it('tells what somebody else changes while it is open', async () => {
    const first = { cores: 4, memory: 8192, digest };
    const tables = [answering({ 'guest.config': first }), answering({ 'guest.config': { ...first, memory: 2048 } })];
    let table = tables[0];
    const { shown, sees } = await open({
      session: { ask: async (...question) => (table ?? answering({})).ask(...question) },
    });
    await shown.press('e');
    await sees(/Memory +8G/);
    table = tables[1];
    await shown.app.refresh();
    await sees(/somebody else changed memory meanwhile: 8192 → 2048/);
    expect(shown.frame()).toMatch(/Memory +2G/);
  });
});

describe('as text', () => {
  const edit = async (change: (text: string) => string, scene: Scene = {}) => {
    const opened = await open(scene);
    const texts: string[] = [];
    opened.shown.app.desk = {
      ...fakeDesk(),
      edit: async (text) => {
        texts.push(text);
        return texts.length === 1 ? change(text) : text;
      },
    };
    await opened.shown.press('E');
    return { ...opened, texts };
  };

  it('shows what was changed before it is sent', async () => {
    const { shown, session, sees, texts } = await edit((text) =>
      text.replace('memory: 8192', 'memory: 1024\nfeatures: nesting=1'),
    );
    await sees(/- memory: 8192/);
    await sees(/\+ memory: 1024/);
    await sees(/\+ features: nesting=1[\s\S]*waits for the next start/);
    expect(texts[0]).toContain('hostname: relay-dev');
    await sees('same as   proxdeck guest.set');
    await shown.press(enter);
    expect(session.ran).toEqual([
      {
        name: 'guest.set',
        input: { guest: '104', set: ['memory=1024', 'features=nesting=1'], delete: [], digest },
      },
    ]);
  });

  it('tells a mistake at its line, and keeps the text for another try', async () => {
    const { shown, session, sees, texts } = await edit((text) => text.replace('memory:', 'memry:'));
    await sees(/line \d+: memry is no setting of a container. Did you mean memory\?/);
    await shown.press(enter);
    expect(session.ran).toEqual([]);
    await shown.press('e');
    expect(texts[1]).toContain('memry: 8192');
  });

  it('sends nothing when nothing was changed, or one steps back', async () => {
    const { shown, session, sees } = await edit((text) => text);
    await sees('nothing was changed');
    expect(session.ran).toEqual([]);
    shown.close();
    const other = await edit((text) => text.replace('cores: 4\n', ''));
    await other.sees(/- cores: 4/);
    await other.shown.press(escape);
    expect(other.session.ran).toEqual([]);
    expect(other.shown.app.state.overlay).toBeUndefined();
  });
});

describe('a line of the config tab', () => {
  it('is edited where it stands, or says where it can be', async () => {
    const { shown, sees } = await open();
    shown.app.goTo('guests', { id: 'lxc/104', tab: 'config' });
    await sees(/memory +8.0 GB/);
    await shown.press(tab);
    const lineOf = (text: string): number =>
      shown.app.details('guests').lines.findIndex((line) => line.text.includes(text));
    shown.app.details('guests').moveTo(lineOf('8.0 GB'));
    await shown.press(enter);
    await sees(/▸ Memory +8G/);
    await shown.press(escape);
    shown.app.details('guests').moveTo(lineOf('bridge=vmbr0'));
    await shown.press(enter);
    await sees(/▸ net0 bridge/);
    await shown.press(escape, escape);
    shown.app.details('guests').moveTo(lineOf('50G'));
    await shown.press(enter);
    await sees('rootfs has no field of its own: E edits it as text');
    expect(shown.app.state.overlay).toBeUndefined();
  });
});

describe('z', () => {
  it('takes back what was done last, after asking, and says when there is nothing', async () => {
    const ran: Call[] = [];
    const { shown, sees } = await open({
      session: {
        run: async (call) => {
          ran.push(call);
          return { result: [], undo: { name: 'guest.start', input: { guests: ['104'] } } };
        },
      },
    });
    await shown.press('z');
    await sees('there is nothing to take back');
    await shown.press('x');
    await sees(/shut down/);
    await shown.press('d');
    await sees(/guest.shutdown done +z takes it back/);
    await shown.press('z');
    await sees('Take back guest.shutdown?');
    await shown.press(enter);
    expect(ran).toHaveLength(1);
    await shown.press('z', tab, enter);
    expect(ran[1]).toEqual({ name: 'guest.start', input: { guests: ['104'] } });
  });
});
