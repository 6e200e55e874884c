import { execa } from 'execa';
import type { ComposeJson } from '../../src/models/compose.ts';
import { environmentIn, type Answer } from './compare.ts';

/** Returns what docker compose itself makes of a project; it needs no daemon for that. */
export const theirs = async (folder: string, binary: string): Promise<Answer> => {
  const { exitCode, stdout, stderr } = await execa(binary, ['config', '--format', 'json'], {
    cwd: folder,
    env: environmentIn(folder),
    extendEnv: false,
    reject: false,
  });
  if (exitCode === 0) return { printed: JSON.parse(stdout) as ComposeJson };
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return said.includes('error calling MarshalJSON') ? { unprintable: said } : { refused: said };
};
