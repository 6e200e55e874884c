import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProxdeckError } from '../../models/error.ts';
import { splitLine } from '../../operations/words.ts';
import type { Desk } from '../../ui/desk.ts';
import { shellWord } from '../../ui/shellWords.ts';
import { runOnTerminal } from '../lending.ts';
import type { WithTerminal } from './contexts.ts';

/** The program that a person edits texts with: `VISUAL`, else `EDITOR`, else vi, which every system of the field has. */
const editorWords = ({ VISUAL = '', EDITOR = '' }: Readonly<Record<string, string | undefined>>): readonly string[] => {
  const { words } = splitLine(VISUAL.trim() || EDITOR.trim());
  return words.length === 0 ? ['vi'] : words;
};

/** How one comes back, where that is not known to everybody. */
const wayOut = (program: string): string => {
  const name = path.basename(program);
  if (/^(?:n?vim?|view|vim\..*)$/.test(name)) return ':wq saves and comes back, :q! comes back without a change';
  if (name === 'nano') return 'Ctrl-O saves, Ctrl-X comes back';
  return 'save the file and leave the editor to come back';
};

/** Editors that begin at a line when it is told so; for the others it would be the name of a file. */
const takesLine = /^(?:n?vim?|vim\..*|nano|pico|emacs(?:client)?|micro|kak|joe|jed|mg|ne|mcedit|gedit|kate)$/;

/** Lets an editor have the terminal with a file. Rejects with `cancelled` when it failed, `not-found` when there is none. */
const openIn = async (
  env: Readonly<Record<string, string | undefined>>,
  withTerminal: WithTerminal,
  file: string,
  line?: number,
): Promise<void> => {
  const words = editorWords(env);
  const [program = ''] = words;
  const at = line !== undefined && takesLine.test(path.basename(program)) ? [`+${String(line)}`] : [];
  const command = [...words, ...at, file];
  const before = `${command.map(shellWord).join(' ')}\nProxdeck comes back when the editor ends: ${wayOut(program)}.\n\n`;
  const code = await withTerminal(() => runOnTerminal(command, before));
  if (code !== 0)
    throw new ProxdeckError('cancelled', `The editor ended with ${String(code)}: nothing is changed.`, {
      hint: `VISUAL or EDITOR name the editor; it was ${program}.`,
    });
};

/** Returns who lets a person edit in an editor of theirs, which has the terminal meanwhile. */
export const editorOf = (
  env: Readonly<Record<string, string | undefined>>,
  withTerminal: WithTerminal,
): Pick<Desk, 'edit' | 'editFile'> => ({
  async edit(text, name) {
    // Only the person can read it, and it is gone afterwards.
    const folder = await mkdtemp(path.join(env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'proxdeck-edit-'));
    const file = path.join(folder, name);
    try {
      await writeFile(file, text, { mode: 0o600 });
      await openIn(env, withTerminal, file);
      return await readFile(file, 'utf8');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  editFile: (file, line) => openIn(env, withTerminal, file, line),
});
