import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { Config } from '../../config/config.ts';
import { saveContext, type ContextEntry } from '../../config/edit.ts';
import { addressSchema, contextNameSchema, tokenSchema, usernameSchema } from '../../config/schema.ts';
import { ProxdeckError } from '../../models/error.ts';
import { parseAddress } from '../../proxmox/address.ts';
import { operation } from '../operation.ts';
import { programs, type ForeignContext } from './foreign.ts';

/** What came of one context of another program. */
export interface Imported {
  readonly name: string;
  readonly url: string;
  readonly state: 'imported' | 'exists' | 'not understood';
  /** How it signs in: `token`, `password`, or `nothing` where the secret could not be taken over. */
  readonly login: 'token' | 'password' | 'nothing';
  /** What a person does next. */
  readonly next?: string;
}

const readText = async (file: string, what: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ProxdeckError('not-found', `${file} cannot be read: there is no ${what} to take over.`, {
      hint: 'Say where it is with --file.',
      cause: error,
    });
  }
};

const expanded = (file: string): string => file.replace(/^~(?=\/)/, os.homedir());

/** The token in the form of the header, out of the parts that other programs keep; an id may be written whole already. */
const tokenOf = async ({ user, tokenId, tokenSecret, tokenFile }: ForeignContext): Promise<string | undefined> => {
  if (tokenId === undefined) return undefined;
  const id = tokenId.includes('!') ? tokenId : `${user ?? ''}!${tokenId}`;
  // A file that is away leaves the context without its login, which is told.
  const kept = async () => (tokenFile === undefined ? '' : readFile(expanded(tokenFile), 'utf8').catch(() => ''));
  const token = tokenSchema.safeParse(`${id}=${tokenSecret ?? (await kept()).trim()}`);
  return token.success ? token.data : undefined;
};

const loginOf = async (foreign: ForeignContext): Promise<Pick<ContextEntry, 'token' | 'username' | 'password'>> => {
  const token = await tokenOf(foreign);
  if (token !== undefined) return { token };
  const { user, password, tokenId } = foreign;
  if (tokenId !== undefined || !usernameSchema.safeParse(user).success || user === undefined) return {};
  return { username: user, ...(password !== undefined && { password }) };
};

const nextFor = (name: string, url: string): string =>
  `proxdeck connect https://${parseAddress(url).text} --name ${name}`;

const take = async (config: Config, foreign: ForeignContext): Promise<Imported> => {
  const { name: called, url: written } = foreign;
  const name = contextNameSchema.safeParse(called);
  const address = addressSchema.safeParse(written.replace(/\/+$/, ''));
  const place = { name: called, url: written };
  if (!name.success || !address.success) return { ...place, state: 'not understood', login: 'nothing' };
  if (Object.hasOwn(config.contexts, called)) return { ...place, state: 'exists', login: 'nothing' };
  const login = await loginOf(foreign);
  await saveContext(config.file, called, { url: address.data, ...login });
  return {
    name: called,
    url: address.data,
    state: 'imported',
    login: login.token !== undefined ? 'token' : login.password !== undefined ? 'password' : 'nothing',
    next: nextFor(called, address.data),
  };
};

/** The folder in which every program of a person keeps its configuration: ours lies in one of its own there. */
const configurations = ({ file }: Config): string => path.dirname(path.dirname(file));

const fileOf = (config: Config, from: Program): string => path.join(configurations(config), programs[from].file);

type Program = keyof typeof programs;

/** A configuration of another program that is there. */
export interface ForeignFile {
  readonly from: Program;
  readonly file: string;
}

/** Which of the other programs have a configuration here. */
export const foreignFiles = (config: Config): readonly ForeignFile[] =>
  (['pvetui', 'proxxx'] as const)
    .map((from) => ({ from, file: fileOf(config, from) }))
    .filter(({ file }) => existsSync(file));

/**
 * Takes over the contexts of another program: address and login. What is there under the same name stays as it is. No certificate
 * is trusted by that, also not where the other program looked at none: `connect` asks for each.
 * Throws `not-found` when its file is not there, `config` when it cannot be understood.
 */
export const importContexts = operation({
  name: 'context.import',
  summary: 'Take over the clusters that another program knows',
  risk: 'change',
  input: z.object({
    from: z.enum(['pvetui', 'proxxx']).describe('the program'),
    file: z.string().exactOptional().describe('its configuration (usually in ~/.config)').meta({ completes: 'file' }),
  }),
  columns: [
    { field: 'name', title: 'NAME' },
    { field: 'url', title: 'URL' },
    { field: 'state', title: 'STATE' },
    { field: 'login', title: 'LOGIN' },
    { field: 'next', title: 'NEXT' },
  ],
  async *run({ config }, _resolved, { from, file: given }): AsyncGenerator<never, readonly Imported[], void> {
    const program = programs[from];
    const file = given ?? fileOf(config, from);
    const text = await readText(file, from);
    const read = (): readonly ForeignContext[] => {
      try {
        return program.read(text);
      } catch (error) {
        throw new ProxdeckError('config', `${file} is not a configuration of ${from}.`, { cause: error });
      }
    };
    const done: Imported[] = [];
    for (const foreign of read()) done.push(await take(config, foreign));
    return done;
  },
});
