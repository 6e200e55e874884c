import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '../../src/models/cluster.ts';
import type { Permissions } from '../../src/operations/privileges.ts';
import { answering, type AnswerTable } from '../support/answers.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

/** Bringing files to a storage and taking them away: menus and forms of the screen Storage. */

const enter = '\r';
const escape = '\u001B';
const tab = '\t';
const right = '\u001B[C';
const gigabyte = 2 ** 30;

const place = (node: string, storage: string, over: Partial<Storage> = {}): Storage => ({
  id: `storage/${node}/${storage}`,
  storage,
  node,
  type: 'storage',
  plugintype: 'dir',
  status: 'available',
  shared: false,
  content: ['iso', 'vztmpl'],
  disk: 90 * gigabyte,
  maxdisk: 100 * gigabyte,
  ...over,
});

const storages: readonly Storage[] = [
  place('pve1', 'local'),
  place('pve1', 'nas', { shared: true, content: ['backup', 'iso'] }),
  place('pve1', 'tank', { content: ['rootdir'] }),
];

const volumes = [
  { volid: 'local:iso/old.iso', content: 'iso', format: 'iso', size: gigabyte, ctime: moment / 1000 - 9000 },
  { volid: 'local:vztmpl/kept.tar.zst', content: 'vztmpl', format: 'tzst', size: gigabyte, protected: true },
];

const answers: AnswerTable = {
  'storage.content': volumes,
  'storage.show': { config: { storage: 'local', type: 'dir' }, places: [] },
  'storage.trend': [],
  'storage.volume': { volid: 'local:iso/old.iso', path: '/var/lib/vz/template/iso/old.iso' },
  'template.list': [
    {
      template: 'debian-13-standard_13.1-2_amd64.tar.zst',
      os: 'debian-13',
      version: '13.1-2',
      section: 'system',
      headline: 'Debian 13',
      volid: 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst',
    },
    {
      template: 'alpine-3.22-default_20250617_amd64.tar.xz',
      os: 'alpine',
      version: '3.22',
      section: 'system',
      headline: 'Alpine 3.22',
      volid: undefined,
    },
    {
      template: 'debian-12-turnkey-wordpress_18.1-1_amd64.tar.gz',
      os: 'debian-12',
      version: '18.1',
      section: 'turnkeylinux',
      headline: 'TurnKey WordPress',
      volid: undefined,
    },
  ],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-bringing-'));
  writeFileSync(path.join(folder, 'debian-13.iso'), 'x'.repeat(5000));
  writeFileSync(path.join(folder, 'debian-12.iso'), 'x');
  writeFileSync(path.join(folder, 'notes.txt'), 'x');
  mkdirSync(path.join(folder, 'templates'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (columns = 120, rows = 40, permissions?: Permissions) => {
  const { ask } = answering(answers);
  const session = fakeSession(smallCluster({ storages }), { ask, permissions: () => permissions });
  screen = await openScreen({ columns, rows }, { session });
  await screen.press('4');
  const shown = screen;
  return { shown, session };
};

const expectFrame = async (shown: TestScreen, text: RegExp): Promise<void> => {
  await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(text);
};

/** Into the tab with what lies on the storage, on the line of a volume. */
const enterContent = async (shown: TestScreen, volume: string): Promise<void> => {
  if (!shown.app.details('storage').focused) await shown.press(enter, ']');
  await expectFrame(shown, new RegExp(volume.replaceAll('.', '\\.')));
  for (let line = 0; shown.app.details('storage').current()?.copy?.endsWith(volume) !== true && line < 30; line += 1)
    await shown.press('j');
};

const sizes = [
  [80, 24],
  [120, 40],
] as const;

describe('what a storage offers', () => {
  it('is told with the reason where it does not take it', async () => {
    const { shown } = await open();
    await shown.press('n');
    expect(shown.frame()).toMatch(/template… +of containers, downloaded from Proxmox +t/);
    await shown.press(escape, 'j', 'x');
    expect(shown.frame()).toMatch(/template… +takes no container templates/);
    expect(shown.frame()).toMatch(/upload… +a file of this machine +f/);
    await shown.press(escape, 'j', 'x');
    expect(shown.frame()).toMatch(/upload… +takes no ISO images or container templates or imports/);
  });

  it('is told with the privilege that is missing', async () => {
    const { shown } = await open(80, 24, { '/': { 'Datastore.Audit': 1 } });
    await shown.press('x');
    expect(shown.frame()).toMatch(/upload… +needs Datastore.AllocateTemplate on \/storage\/local/);
  });
});

describe('uploading a file', () => {
  it.each(sizes)('completes its path, tells what it is and what it leaves, at %i×%i', async (columns, rows) => {
    const { shown, session } = await open(columns, rows);
    await shown.press('u');
    await expectFrame(shown, /Upload a file to a storage/);
    await shown.press(`${folder}/`);
    await expectFrame(shown, /templates\/\s[\s\S]*debian-12\.iso +1 B/);
    expect(shown.frame()).not.toContain('notes.txt');
    await shown.press('d', right);
    await expectFrame(shown, /debian-1/);
    await shown.press('3', right);
    await expectFrame(shown, /4\.9 kB, goes to the ISO images; leaves 10 GB free on local/);
    await shown.press(enter, enter, enter, enter, enter);
    expect(session.ran).toEqual([
      { name: 'storage.upload', input: { file: `${folder}/debian-13.iso`, node: 'pve1', storage: 'local' } },
    ]);
  });

  it.each([
    ['nothing', `There is no file`],
    ['templates', 'is a folder'],
    ['notes.txt', 'No storage takes notes.txt'],
    ['x'.repeat(300), 'ENAMETOOLONG'],
  ])('says what is wrong with %s, at its place', async (name, said) => {
    const { shown } = await open();
    await shown.press('u', `${folder}/${name}`, enter);
    await expectFrame(shown, new RegExp(said));
    expect(shown.frame()).toMatch(/▸ File/);
  });

  it.each([
    ['12345', 'A checksum of 5 digits is none'],
    ['xyz', 'A checksum has the digits 0 to 9'],
  ])('refuses the checksum %s', async (checksum, said) => {
    const { shown } = await open();
    await shown.press('u', `${folder}/debian-13.iso`, tab, tab, tab, checksum, enter);
    expect(shown.frame()).toContain(said);
  });
});

describe('downloading', () => {
  it.each(sizes)('a template is found by words, those that are there are dimmed, at %i×%i', async (columns, rows) => {
    const { shown, session } = await open(columns, rows);
    await shown.press('n', 't');
    await expectFrame(shown, /Download a template of containers/);
    await shown.press(tab, tab, 'debian', tab);
    await expectFrame(shown, /debian-13-standard\S* +lies there already/);
    expect(shown.frame()).not.toContain('alpine');
    await shown.press(enter, enter);
    expect(session.ran).toEqual([
      {
        name: 'template.download',
        input: { template: 'debian-12-turnkey-wordpress_18.1-1_amd64.tar.gz', node: 'pve1', storage: 'local' },
      },
    ]);
  });

  it('from a URL takes the name of it, and says what is wrong at its place', async () => {
    const { shown, session } = await open();
    await shown.press('n', 'u');
    await expectFrame(shown, /Download from a URL/);
    await shown.press('ftp://example.org/a.iso', enter);
    expect(shown.frame()).toContain('A URL begins with http:// or https://.');
    await shown.press('\u0015https://example.org/a.iso', enter);
    expect(shown.frame()).toMatch(/Name +a\.iso/);
    await shown.press(enter, enter, enter, enter, enter);
    expect(session.ran).toEqual([
      {
        name: 'storage.download-url',
        input: { url: 'https://example.org/a.iso', node: 'pve1', storage: 'local' },
      },
    ]);
  });
});

describe('what lies on a storage', () => {
  it.each(sizes)('is deleted from its line, and what is protected is not, at %i×%i', async (columns, rows) => {
    const { shown, session } = await open(columns, rows);
    await enterContent(shown, 'old.iso');
    await shown.press('x');
    expect(shown.frame()).toMatch(/─ old\.iso on local ─/);
    expect(shown.frame()).toMatch(/delete… +frees 1\.0 GB +x/);
    await shown.press('x');
    expect(session.ran).toEqual([
      { name: 'storage.delete-content', input: { volumes: ['local:iso/old.iso'], node: 'pve1' } },
    ]);
    await enterContent(shown, 'kept.tar.zst');
    await shown.press('x');
    expect(shown.frame()).toMatch(/delete… +is protected/);
  });
});
