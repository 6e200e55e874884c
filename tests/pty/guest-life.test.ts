import { afterEach, beforeEach, expect, it } from 'vitest';
import { Hands } from '../support/hands.ts';
import { Home } from '../support/home.ts';
import { launcherFile } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** A guest's whole life in one sitting, by keyboard only: made, started, entered, remembered, changed, taken back, deleted. */

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home[Symbol.dispose]());

/** Waits for the log of a task to its end, and goes back to the guest. */
const logToTheEnd = async (terminal: Terminal, hands: Hands, task: string, operation: string): Promise<void> => {
  await terminal.waitFor((frame) => frame.includes(task) && frame.includes('TASK OK'));
  await terminal.waitFor(`${operation} done`);
  await hands.press('<escape>');
  await terminal.waitFor(/950 +web-9/);
};

it.each([
  [80, 24],
  [120, 40],
] as const)(
  'makes a container, enters it, changes it, rolls it back and deletes it at %i×%i',
  async (columns, rows) => {
    await using terminal = new Terminal(launcherFile, ['demo'], { columns, rows, env: home.env });
    const hands = new Hands(terminal);
    await terminal.waitFor(/\d+s old/);
    await terminal.waitFor('traefik');

    // Made by the wizard.
    await hands.press('n');
    await terminal.waitFor('new guest');
    await hands.press('c');
    await terminal.waitFor(/VMID +127/);
    await terminal.waitFor(/Template +debian-13-standard/);
    await hands.press('<enter>', '<enter>');
    hands.type('web-9');
    await hands.press('<enter>', '<C-u>');
    hands.type('950');
    await hands.press('<pagedown>');
    await terminal.waitFor(/local-zfs on pve1: .* left after it/);
    await hands.press('<pagedown>');
    await terminal.waitFor(/▸ Bridge +vmbr0/);
    await hands.press('<pagedown>');
    await terminal.waitFor('▸ Root password');
    hands.type('correct horse');
    await hands.press('<enter>');
    hands.type('correct horse');
    await hands.press('<pagedown>');
    await terminal.waitFor(/same as +proxdeck guest create ct 950 --node pve1/);
    expect(terminal.frame()).not.toContain('horse');
    // Far fewer keys than fields.
    expect(hands.presses).toBeLessThan(30);
    await hands.press('<enter>');
    await terminal.waitFor((frame) => frame.includes('CT 950 - create') && frame.includes('TASK OK'));
    await terminal.waitFor('guest.create done');
    await hands.press('<escape>');
    hands.type('/950');
    await hands.press('<enter>');
    await terminal.waitFor(/▸ +950 +web-9 .*○ stopped/);

    // Started.
    await hands.press('x');
    await terminal.waitFor(/▸ start/);
    await hands.press('s');
    await logToTheEnd(terminal, hands, 'CT 950 - start', 'guest.start');
    await terminal.waitFor(/950 +web-9 .*● running/);

    // Entered.
    await hands.press('S');
    await terminal.waitFor(/web-9 login:/);
    hands.type('root');
    await hands.press('<enter>');
    await terminal.waitFor('Password:');
    hands.type('correct horse');
    await hands.press('<enter>');
    await terminal.waitFor(/root@web-9:~#/);
    hands.type('uname -a');
    await hands.press('<enter>');
    await terminal.waitFor(/uname -a\s+Linux web-9 .*\s+x86_64 GNU\/Linux/);
    expect(terminal.frame()).not.toContain('horse');
    terminal.write(Buffer.from('\u001D'));
    await terminal.waitFor(/enter types on/);
    await hands.press('<escape>');
    await terminal.waitFor(/▸ +950 +web-9/);

    // Remembered.
    await hands.press('x');
    await terminal.waitFor(/start +is running/);
    await hands.press('n');
    await terminal.waitFor('Snapshot of 950 web-9');
    await hands.press('<C-u>');
    hands.type('before');
    await hands.press('<pagedown>');
    await terminal.waitFor('proxdeck snapshot create 950 before');
    await hands.press('<enter>');
    await logToTheEnd(terminal, hands, 'CT 950 - snapshot', 'snapshot.create');

    // Changed: the memory at once, what cannot be changed while it runs is pending.
    await hands.press('e');
    await terminal.waitFor(/Memory +512M/);
    await hands.press('<tab>', '<tab>', '<C-u>');
    hands.type('768M');
    await terminal.waitFor(/memory +512 → 768 +at once/);
    await hands.press('<tab>', '<tab>', '<tab>', '<tab>', '<tab>', '<tab>', '<space>');
    await terminal.waitFor(/features .* waits for the next start/);
    await hands.press('<pagedown>');
    await terminal.waitFor('net0 VLAN');
    await hands.press('<pagedown>');
    await terminal.waitFor('New one on');
    await hands.press('<pagedown>');
    await terminal.waitFor(/proxdeck guest set 950 --memory 768M/);
    await hands.press('<enter>');
    await terminal.waitFor(/waits for the next start of 950 web-9/);
    await hands.press('<tab>', ']');
    await terminal.waitFor('1 change waits for the next start');
    await hands.press('<C-d>', '<C-d>', '<C-d>');
    await terminal.waitFor(/memory +768 MB/);

    // Taken back, and forward again.
    for (const memory of ['512', '768']) {
      await hands.press('z');
      await terminal.waitFor('Take back guest.set?');
      await hands.press('<tab>', '<enter>');
      await terminal.waitFor(new RegExp(`memory +${memory} MB`));
    }

    // Rolled back, from the tree: what is lost is told, Cancel first.
    await hands.press(']', ']');
    await terminal.waitFor('○ before');
    await hands.press('j', 'j', 'x');
    await terminal.waitFor('roll back and start');
    await hands.press('b');
    await terminal.waitFor(/since before .* is\s+lost/);
    await terminal.waitFor(/▸ Cancel/);
    await hands.press('<tab>', '<enter>');
    await terminal.waitFor((frame) => frame.includes('CT 950 - roll back') && frame.includes('TASK OK'));
    await terminal.waitFor('snapshot.rollback done');
    await hands.press('<escape>', '[', '[');
    await terminal.waitFor(/memory +512 MB/);
    await hands.press('<escape>');
    await terminal.waitFor(/▸ +950 +web-9 .*○ stopped/);

    // Deleted.
    await hands.press('x');
    await terminal.waitFor(/delete… +with its disks and snapshots/);
    await hands.press('D');
    await terminal.waitFor('Delete 950 web-9');
    await hands.press('<pagedown>');
    await terminal.waitFor('950 web-9 on pve1 is destroyed');
    await terminal.waitFor(/▸ Cancel/);
    await hands.press('<tab>');
    await terminal.waitFor(/▸ Delete/);
    await hands.press('<enter>');
    await terminal.waitFor((frame) => frame.includes('CT 950 - destroy') && frame.includes('TASK OK'));
    await terminal.waitFor('guest.delete done');
    await hands.press('<escape>');
    await terminal.waitFor('nothing matches');
    await hands.press('q');
    expect(await terminal.exited).toMatchObject({ code: 0 });
    expect(terminal.isAlternateScreen).toBe(false);
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
