import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProxdeckError } from '../../models/error.ts';
import { splitLine } from '../../operations/words.ts';
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

/**
 * Returns who lets a person edit a text in an editor of theirs, which has the terminal meanwhile. The text lies in a file that only they
 * can read, and that is gone afterwards. Rejects with `cancelled` when the editor failed, `not-found` when there is none.
 */
export const editorOf =
  (env: Readonly<Record<string, string | undefined>>, withTerminal: WithTerminal) =>
  async (text: string, name: string): Promise<string> => {
    const words = editorWords(env);
    const folder = await mkdtemp(path.join(env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'proxdeck-edit-'));
    const file = path.join(folder, name);
    try {
      await writeFile(file, text, { mode: 0o600 });
      const command = [...words, file];
      const before = `${command.map(shellWord).join(' ')}\nProxdeck comes back when the editor ends: ${wayOut(words[0] ?? '')}.\n\n`;
      const code = await withTerminal(() => runOnTerminal(command, before));
      if (code !== 0)
        throw new ProxdeckError('cancelled', `The editor ended with ${String(code)}: nothing is changed.`, {
          hint: `VISUAL or EDITOR name the editor; it was ${words[0] ?? ''}.`,
        });
      return await readFile(file, 'utf8');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
