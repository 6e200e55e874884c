import { afterEach, beforeEach, expect, it } from 'vitest';
import { Hands } from '../support/hands.ts';
import { Home } from '../support/home.ts';
import { launcherFile } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** The first half of “guests in hand”: a container made by the wizard of the demo, by keyboard only. */

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home[Symbol.dispose]());

it.each([
  [80, 24],
  [120, 40],
] as const)('makes a container by keyboard only, to the end of its log, at %i×%i', async (columns, rows) => {
  await using terminal = new Terminal(launcherFile, ['demo'], { columns, rows, env: home.env });
  const hands = new Hands(terminal);
  await terminal.waitFor(/\d+s old/);
  await terminal.waitFor('traefik');
  await hands.press('n');
  await terminal.waitFor('new guest');
  await hands.press('c');
  await terminal.waitFor(/▸ Node +pve1/);
  await terminal.waitFor(/Template +debian-13-standard/);
  await terminal.waitFor(/VMID +127/);
  await hands.press('<enter>', '<enter>');
  hands.type('web-9');
  await hands.press('<enter>', '<C-u>');
  hands.type('950');
  await hands.press('<enter>', '<enter>', '<enter>');
  await terminal.waitFor(/▸ Storage +local-zfs/);
  await terminal.waitFor(/local-zfs on pve1: .* left after it/);
  await hands.press('<enter>', '<C-u>');
  hands.type('4G');
  await hands.press('<pagedown>');
  await terminal.waitFor(/▸ Bridge +vmbr0/);
  await hands.press('<pagedown>');
  await terminal.waitFor('▸ Root password');
  hands.type('hunter22');
  await hands.press('<enter>');
  hands.type('hunter22');
  await hands.press('<pagedown>');
  await terminal.waitFor(/same as +proxdeck guest create ct 950 --node pve1/);
  expect(terminal.frame()).not.toContain('hunter');
  await hands.press('<enter>');
  await terminal.waitFor('CT 950 - create');
  await terminal.waitFor('TASK OK');
  await terminal.waitFor('guest.create done');
  await hands.press('<escape>');
  hands.type('/950');
  await hands.press('<enter>');
  await terminal.waitFor(/950 +web-9 .*○ stopped/);
  await hands.press('q');
  expect(await terminal.exited).toMatchObject({ code: 0 });
  // Far fewer keys than fields, and nobody reached for a mouse.
  expect(hands.presses).toBeLessThan(40);
});
