import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Home } from '../support/home.ts';
import { launcherFile } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** A file of this machine, by the keyboard alone: to a storage, seen there, and away again. */

const megabyte = 2 ** 20;

describe('an ISO image', () => {
  it('is uploaded, seen in the content of the storage and deleted', async () => {
    using home = new Home();
    writeFileSync(path.join(home.folder, 'tiny-rescue.iso'), Buffer.alloc(3 * megabyte, 7));
    await using terminal = new Terminal(launcherFile, ['demo'], { columns: 120, rows: 40, env: home.env });
    await terminal.waitFor(/\b\d+s old/);
    terminal.press('4');
    await terminal.waitFor(/local +pve1/);
    terminal.press('/local<enter>');
    await terminal.waitFor(/▸ +local +pve1/);
    terminal.press('u');
    await terminal.waitFor('Upload a file to a storage');
    terminal.press('~/tiny');
    await terminal.waitFor(/tiny-rescue\.iso +3\.0 MB/);
    terminal.press('<right>');
    await terminal.waitFor(/3\.0 MB, goes to the ISO images; leaves \S+ GB free on local/);
    terminal.press('<enter><enter><enter><enter>');
    await terminal.waitFor(/same as +proxdeck storage upload \S+tiny-rescue\.iso[^-]+--storage local --node pve1/);
    terminal.press('<enter>');
    await terminal.waitFor('TASK OK');
    expect(terminal.frame()).toContain('starting file import from');
    terminal.press('<escape>');
    await terminal.waitFor(/▸ +local +pve1/);
    terminal.press('<enter>');
    await terminal.waitFor('storage on pve1');
    terminal.press(']');
    await terminal.waitFor(/tiny-rescue\.iso +3\.0 MB/);
    terminal.press('/tiny<enter>');
    await terminal.waitFor(/1 of \d+ volumes/);
    terminal.press('jjj');
    terminal.press('x');
    await terminal.waitFor(/tiny-rescue\.iso on local/);
    terminal.press('x');
    await terminal.waitFor('local:iso/tiny-rescue.iso on pve1 is destroyed.');
    expect(terminal.frame()).toMatch(/▸ Cancel +Delete|▸ Cancel +delete-content/);
    terminal.press('<right><enter>');
    await terminal.waitFor('TASK OK');
    terminal.press('<escape>');
    await terminal.waitFor('nothing matches');
  });
});
