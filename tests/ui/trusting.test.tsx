import { afterEach, describe, expect, it } from 'vitest';
import { offerTrust } from '../../src/faces/tui/trusting.ts';
import { ProxmoxError } from '../../src/proxmox/errors.ts';
import { combineSessions } from '../../src/ui/together.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { fakeDesk } from '../support/desk.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const tab = '\t';
const escape = '\u001B';

let screen: TestScreen | undefined;
let end: () => void = () => undefined;
afterEach(() => {
  end();
  screen?.close();
});

const fingerprint = (pair: string): string => Array.from({ length: 32 }, () => pair).join(':');

const refused = (presented: string, expected?: readonly string[]) => ({
  state: 'away' as const,
  since: moment,
  nextTryAt: moment + 4000,
  error: new ProxmoxError('certificate', 'The certificate is not the trusted one.', {
    certificate: { address: 'pve1:8006', presented, ...(expected !== undefined && { expected }) },
  }),
});

const changed = refused(fingerprint('AB'), [fingerprint('CD')]);

const open = async (columns = 80, rows = 24) => {
  const session = fakeSession(smallCluster());
  screen = await openScreen({ columns, rows }, { session });
  const desk = fakeDesk();
  screen.app.desk = desk;
  end = offerTrust(screen.app, desk.contexts);
  return { screen, session, desk };
};

describe('a certificate that is refused under an open screen', () => {
  it.each([
    [80, 24],
    [120, 40],
    [200, 60],
  ])('is shown with the trusted one, both whole, at %i×%i', async (columns, rows) => {
    const { screen: shown, session } = await open(columns, rows);
    session.setConnection(changed);
    await settle();
    expect(shown.frame()).toContain('The certificate of pve1:8006 is another one');
    for (const pair of ['AB', 'CD']) expect(shown.frame().split(pair).length - 1).toBe(32);
  });

  it('is not trusted by Enter, and is not shown again', async () => {
    const { screen: shown, session, desk } = await open();
    session.setConnection(changed);
    await settle();
    await shown.press(enter);
    expect(shown.frame()).not.toContain('is another one');
    session.setConnection({ ...changed, nextTryAt: moment + 9000 });
    await settle();
    expect(shown.frame()).not.toContain('is another one');
    expect(desk.done).toEqual([]);
  });

  it('leads to the dialogue, which keeps the login', async () => {
    const { screen: shown, session, desk } = await open();
    session.setConnection(changed);
    await settle();
    await shown.press(tab, enter);
    expect(desk.done).toEqual(['connect homelab keep']);
    expect(shown.frame()).toContain('homelab is trusted');
  });

  it('waits until what lies over the screen is closed', async () => {
    const { screen: shown, session } = await open();
    await shown.press('?');
    session.setConnection(changed);
    await settle();
    expect(shown.frame()).not.toContain('is another one');
    await shown.press(escape);
    await expect.poll(() => shown.frame()).toContain('is another one');
  });

  it('that was never trusted is told as such', async () => {
    const { screen: shown, session } = await open();
    session.setConnection(refused(fingerprint('AB')));
    await settle();
    expect(shown.frame()).toContain('Who is pve1:8006?');
    expect(shown.frame()).toContain('trusted none yet.');
  });

  it('is shown for the cluster that it is about where several are together', async () => {
    const [home, work] = ['home', 'work'].map((contextName) => fakeSession(smallCluster(), { contextName }));
    if (home === undefined || work === undefined) throw new Error('two clusters');
    screen = await openScreen({ columns: 120, rows: 40 }, { session: combineSessions([home, work]) });
    const desk = fakeDesk();
    screen.app.desk = desk;
    end = offerTrust(screen.app, desk.contexts);
    work.setConnection(changed);
    await settle();
    await screen.press(tab, enter);
    expect(desk.done).toEqual(['connect work keep']);
  });
});
