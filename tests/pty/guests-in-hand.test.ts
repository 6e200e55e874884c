import { afterEach, beforeEach, expect, it } from 'vitest';
import { Hands } from '../support/hands.ts';
import { Home } from '../support/home.ts';
import { launcherFile } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** The second half of “guests in hand”: a container of the demo is run, changed, rolled back and deleted, by keyboard only. */

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home[Symbol.dispose]());

/** Waits for the log of a task to its end, and leaves it. */
const toTheEnd = async (terminal: Terminal, hands: Hands, task: string, operation: string): Promise<void> => {
  await terminal.waitFor((frame) => frame.includes(task) && frame.includes('TASK OK'));
  await terminal.waitFor(`${operation} done`);
  await hands.press('<escape>');
  await terminal.waitFor(/154 +old-wiki/);
};

it.each([
  [80, 24],
  [120, 40],
] as const)(
  'runs, snapshots, changes, rolls back and deletes a container at %i×%i',
  async (columns, rows) => {
    await using terminal = new Terminal(launcherFile, ['demo'], { columns, rows, env: home.env });
    const hands = new Hands(terminal);
    await terminal.waitFor(/\d+s old/);
    await terminal.waitFor('traefik');
    hands.type('/154');
    await hands.press('<enter>');
    await terminal.waitFor(/▸ +154 +old-wiki .*○ stopped/);

    // Start.
    await hands.press('x');
    await terminal.waitFor(/▸ start/);
    await hands.press('s');
    await toTheEnd(terminal, hands, 'CT 154 - start', 'guest.start');
    await terminal.waitFor(/154 +old-wiki .*● running/);

    // Snapshot.
    await hands.press('x');
    await terminal.waitFor(/start +is running/);
    await hands.press('n');
    await terminal.waitFor('Snapshot of 154 old-wiki');
    await hands.press('<C-u>');
    hands.type('before');
    await hands.press('<enter>', '<enter>');
    await terminal.waitFor('proxdeck snapshot create 154 before');
    await hands.press('<enter>');
    await toTheEnd(terminal, hands, 'CT 154 - snapshot', 'snapshot.create');

    // Change: the memory at once, the name servers with the next start.
    await hands.press('e');
    await terminal.waitFor(/Memory +\d/);
    await hands.press('<tab>', '<tab>', '<C-u>');
    hands.type('768M');
    await terminal.waitFor(/memory +\d+ → 768 +at once/);
    await hands.press('<tab>', '<tab>', '<tab>', '<tab>', '<tab>', '<tab>', '<space>');
    await terminal.waitFor(/features .* waits for the next start/);
    await hands.press('<pagedown>');
    await terminal.waitFor('net0 VLAN');
    await hands.press('<pagedown>');
    await terminal.waitFor('New one on');
    await hands.press('<pagedown>');
    await terminal.waitFor(/proxdeck guest set 154 --memory 768M/);
    await hands.press('<enter>');
    await terminal.waitFor(/features waits for the next start of 154 old-wiki/);
    await hands.press('<tab>', ']');
    await terminal.waitFor('1 change waits for the next start');
    await hands.press('<C-d>', '<C-d>', '<C-d>');
    await terminal.waitFor(/memory +768 MB/);

    // Back, and forward again.
    await hands.press('z');
    await terminal.waitFor('Take back guest.set?');
    await hands.press('<tab>', '<enter>');
    await terminal.waitFor(/memory +512 MB/);
    await hands.press('z');
    await terminal.waitFor('Take back guest.set?');
    await hands.press('<tab>', '<enter>');
    await terminal.waitFor(/memory +768 MB/);

    // Roll back, from the tree: what is lost is told, Cancel first.
    await hands.press(']', ']');
    await terminal.waitFor('○ before');
    await hands.press('j', 'j', 'x');
    await terminal.waitFor('roll back and start');
    await hands.press('b');
    await terminal.waitFor(/since before .* is\s+lost/);
    await terminal.waitFor(/▸ Cancel/);
    await hands.press('<tab>', '<enter>');
    await terminal.waitFor((frame) => frame.includes('CT 154 - roll back') && frame.includes('TASK OK'));
    await terminal.waitFor('snapshot.rollback done');
    await hands.press('<escape>', '<escape>');
    await terminal.waitFor(/154 +old-wiki .*○ stopped/);

    // Delete.
    await hands.press('x');
    await terminal.waitFor(/delete… +with its disks and snapshots/);
    await hands.press('D');
    await terminal.waitFor('Delete 154 old-wiki');
    await hands.press('<pagedown>');
    await terminal.waitFor('proxdeck guest delete 154 --purge');
    await terminal.waitFor(/▸ Cancel/);
    await hands.press('<tab>');
    await terminal.waitFor(/▸ Delete/);
    await hands.press('<enter>');
    await terminal.waitFor((frame) => frame.includes('CT 154 - destroy') && frame.includes('TASK OK'));
    await terminal.waitFor('guest.delete done');
    await hands.press('<escape>');
    await terminal.waitFor((frame) => !frame.includes('old-wiki'));
    await hands.press('q');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  },
  120_000,
);

it('edits a configuration as text in the editor of VISUAL, shows the diff, applies it, and lists the tasks of several guests', async () => {
  const editor = 'sed -i "s/^memory: .*/memory: 640/"';
  await using terminal = new Terminal(launcherFile, ['demo'], {
    columns: 120,
    rows: 40,
    env: { ...home.env, VISUAL: editor },
  });
  const hands = new Hands(terminal);
  await terminal.waitFor(/\d+s old/);
  await terminal.waitFor('traefik');
  hands.type('/154');
  await hands.press('<enter>');
  await terminal.waitFor(/▸ +154 +old-wiki .*○ stopped/);
  await hands.press('E');
  await terminal.waitFor('- memory: 512');
  await terminal.waitFor('+ memory: 640');
  expect(terminal.raw).toContain('Proxdeck comes back when the editor ends');
  await terminal.waitFor('proxdeck guest set 154 --set memory=640');
  await hands.press('<enter>');
  await terminal.waitFor('guest.set done');
  await terminal.waitFor(/mem.* 640 MB/);

  // Several at once: a row each, with how it ended.
  hands.type('/');
  await hands.press('<C-u>');
  hands.type('tag:media type:ct');
  await hands.press('<enter>', 'A', 'x');
  await terminal.waitFor(/reboot +all \d+/);
  await hands.press('r');
  await terminal.waitFor(/all at once/);
  await hands.press('a');
  await terminal.waitFor(/reboot (\d+) guests +\1 of \1 ended/);
  await hands.press('<escape>', 'q');
  expect(await terminal.exited).toMatchObject({ code: 0 });
}, 120_000);
