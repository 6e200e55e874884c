import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { operation } from './operation.ts';

/** A public key that can be given to a new guest. */
interface SshKey {
  /** `id_ed25519.pub` */
  readonly file: string;
  /** `ssh-ed25519` */
  readonly type: string;
  /** Usually who made it and where. */
  readonly comment: string;
  /** The whole line. */
  readonly key: string;
}

const keyLine = /^(?<type>(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+)\s+[A-Za-z0-9+/]+=*(?:\s+(?<comment>.*))?$/;

const keysIn = (file: string, text: string): readonly SshKey[] =>
  text.split('\n').flatMap((line): SshKey[] => {
    const key = line.trim();
    const parts = keyLine.exec(key)?.groups;
    return parts === undefined ? [] : [{ file, key, type: parts['type'] ?? '', comment: parts['comment'] ?? '' }];
  });

const isMissing = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';

/** Lists the public keys in `~/.ssh/*.pub`; private ones are never read. Throws `config` where the folder cannot be read. */
export const listSshKeys = operation({
  name: 'ssh.keys',
  summary: 'List your public SSH keys, as a new guest can be given them',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'file', title: 'FILE' },
    { field: 'type', title: 'TYPE' },
    { field: 'comment', title: 'COMMENT' },
  ],
  async *run(): AsyncGenerator<never, readonly SshKey[], void> {
    const folder = path.join(os.homedir(), '.ssh');
    try {
      const files = (await readdir(folder)).filter((name) => name.endsWith('.pub')).toSorted();
      const lists = await Promise.all(
        files.map(async (file) => keysIn(file, await readFile(path.join(folder, file), 'utf8'))),
      );
      return lists.flat();
    } catch (error) {
      if (isMissing(error)) return [];
      throw new ProxdeckError('config', `${folder} cannot be read.`, {
        hint: 'Look at its owner and mode.',
        cause: error,
      });
    }
  },
});
