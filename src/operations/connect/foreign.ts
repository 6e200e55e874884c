import { parse } from 'yaml';
import * as z from 'zod';
import { maybe, word } from '../rows.ts';
import { readSimpleToml } from './simple-toml.ts';

/** A cluster as another program has it configured. */
export interface ForeignContext {
  readonly name: string;
  readonly url: string;
  /** With its realm. */
  readonly user?: string;
  readonly tokenId?: string;
  readonly tokenSecret?: string;
  /** File that holds the secret of the token. */
  readonly tokenFile?: string;
  readonly password?: string;
}

/** pvetui writes what it encrypted with age of its own key this way. */
const encrypted = /^age1:/;

const given = z
  .string()
  .min(1)
  .refine((text) => !encrypted.test(text));

const pvetuiProfile = z.looseObject({
  addr: z.string(),
  user: maybe(word),
  realm: maybe(word),
  token_id: maybe(word),
  token_secret: maybe(given),
  password: maybe(given),
});
const pvetuiFile = z.looseObject({ profiles: z.record(z.string(), z.unknown()).default({}) });

/** `root` of the realm `pam` is `root@pam`; who wrote the realm already keeps it. */
const withRealm = (user: string, realm = 'pam'): string => (user.includes('@') ? user : `${user}@${realm}`);

/** Contexts of pvetui: YAML, `profiles` by name. Profiles that are not understood are left out. */
const readPvetui = (text: string): readonly ForeignContext[] =>
  Object.entries(pvetuiFile.parse(parse(text)).profiles).flatMap(([name, raw]) => {
    const { success, data } = pvetuiProfile.safeParse(raw);
    if (!success) return [];
    const { addr: url, user, realm, token_id: tokenId, token_secret: tokenSecret, password } = data;
    return {
      name,
      url,
      ...(user !== undefined && { user: withRealm(user, realm) }),
      ...(tokenId !== undefined && { tokenId }),
      ...(tokenSecret !== undefined && { tokenSecret }),
      ...(password !== undefined && { password }),
    };
  });

const proxxxProfile = z.looseObject({
  url: z.string(),
  user: maybe(z.string()),
  token_id: maybe(z.string()),
  token_secret: maybe(z.string()),
  token_secret_file: maybe(z.string()),
  password: maybe(z.string()),
});

/** Contexts of proxxx: TOML, one at the top of the file and others as `[profiles.NAME]`. */
const readProxxx = (text: string): readonly ForeignContext[] =>
  Object.entries(readSimpleToml(text)).flatMap(([table, raw]) => {
    const name = table === '' ? 'proxxx' : /^profiles\.([^.]+)$/.exec(table)?.[1];
    const { success, data } = proxxxProfile.safeParse(raw);
    if (name === undefined || !success) return [];
    const { url, user, token_id: tokenId, token_secret: tokenSecret, token_secret_file: tokenFile, password } = data;
    return {
      name,
      url,
      ...(user !== undefined && { user: withRealm(user) }),
      ...(tokenId !== undefined && { tokenId }),
      ...(tokenSecret !== undefined && { tokenSecret }),
      ...(tokenFile !== undefined && { tokenFile }),
      ...(password !== undefined && { password }),
    };
  });

/** The programs whose contexts can be taken over: where their file lies below the configurations of a person, and how it is read. */
export const programs = {
  pvetui: { file: 'pvetui/config.yml', read: readPvetui },
  proxxx: { file: 'proxxx/config.toml', read: readProxxx },
} as const;
