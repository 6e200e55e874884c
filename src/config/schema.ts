import * as z from 'zod';
import { environmentContext } from './quick.ts';

const host = String.raw`(?:\[[0-9A-Fa-f:.]+\]|[^\s:/?#@[\]]+)`;

/** An address of a node as a person writes it, `pve1`, `pve1:8006` or `https://pve1:8006`; the client knows the usual port. */
export const addressSchema = z
  .string()
  .trim()
  .regex(
    new RegExp(`^(?:https://)?${host}(?::\\d{1,5})?(?:/(?:api2(?:/json)?/?)?)?$`, 'i'),
    'this is no address; write https://HOST:8006',
  );

/** The header's form of an API token, `user@realm!id=secret`; the secret stands behind the last `=` (contract §3.5). */
export const tokenSchema = z
  .string()
  .trim()
  .regex(/^[^\s@!]+@[^\s!]+![A-Za-z][A-Za-z0-9._-]+=[^\s=]+$/, 'a token has the form USER@REALM!ID=SECRET');

/** An armored age file, as `age -a` writes it. */
export const sealedForm = /^-----BEGIN AGE ENCRYPTED FILE-----\n[A-Za-z0-9+/=\n]+\n-----END AGE ENCRYPTED FILE-----$/;

const sealedSchema = z.string().trim().regex(sealedForm, 'this is no whole age file; `age -a` writes one');

const beginsSealed = (text: string): boolean => text.trimStart().startsWith('-----BEGIN AGE');

/** A secret of the file, as plain text or encrypted with age. */
const secretSchema = (schema: z.ZodType<string, string>): z.ZodType<string, string> =>
  z.string().superRefine((text, check) => {
    const { error } = (beginsSealed(text) ? sealedSchema : schema).safeParse(text);
    for (const { message } of error?.issues ?? []) check.addIssue(message);
  });

/** SHA-256 of the certificate: 32 pairs of hexadecimal digits with colons; several separated by commas, one a node. */
export const fingerprintSchema = z
  .string()
  .trim()
  .toUpperCase()
  .regex(
    /^([0-9A-F]{2}:){31}[0-9A-F]{2}(?:\s*,\s*([0-9A-F]{2}:){31}[0-9A-F]{2})*$/,
    'a fingerprint is 32 pairs of hexadecimal digits with colons (SHA-256)',
  );

/** A user with realm, as Proxmox VE wants it. */
export const usernameSchema = z.string().regex(/^[^\s@]+@[^\s@]+$/, 'a user is written with its realm, as in root@pam');

const hop = String.raw`(?:[^\s@,:/-][^\s@,:/]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^\s@,:/[\]-][^\s@,:/[\]]*)(?::\d{1,5})?`;

/** Hosts that SSH goes through, as its ProxyJump writes them: `ada@bastion`, `bastion:2222`, several separated by commas. */
export const jumpSchema = z
  .string()
  .trim()
  .regex(
    new RegExp(`^${hop}(?:,${hop})*$`),
    'a jump host is written as SSH does: USER@HOST:PORT, or a name of ~/.ssh/config',
  );

/** A name of a context: it stands in file names and on command lines. */
export const contextNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'a name has letters, digits, dots, dashes and underscores, and begins with a letter or digit',
  )
  .refine((name) => name !== environmentContext, 'this name stands for what the PROXDECK_* variables say');

const addressList = z.array(addressSchema).min(1);

/** The keys of one context in the file. */
export const contextFields = z.strictObject({
  url: z.union([addressSchema.transform((one) => [one]), addressList]).exactOptional(),
  addresses: addressList.exactOptional(),
  token: secretSchema(tokenSchema).exactOptional(),
  token_command: z.union([z.string().trim().min(1), z.array(z.string()).min(1)]).exactOptional(),
  username: usernameSchema.exactOptional(),
  password: secretSchema(z.string()).exactOptional(),
  fingerprint: fingerprintSchema.exactOptional(),
  ca: z.string().exactOptional(),
  ssh_jump: jumpSchema.exactOptional(),
  prod: z.boolean().default(false),
  read_only: z.boolean().default(false),
});

interface Secrets {
  readonly token?: string;
  readonly password?: string;
  /** The same encrypted with age. */
  readonly sealed_token?: string;
  readonly sealed_password?: string;
}

/** What is encrypted stands apart from what can be used as it is. */
const secretsOf = (token: string | undefined, password: string | undefined): Secrets => ({
  ...(token !== undefined && (beginsSealed(token) ? { sealed_token: token.trim() } : { token: token.trim() })),
  ...(password !== undefined && (beginsSealed(password) ? { sealed_password: password.trim() } : { password })),
});

const contextSchema = contextFields.transform(({ url, addresses, token, password, ...rest }, check) => {
  const all = [...new Set([...(url ?? []), ...(addresses ?? [])])];
  if (all.length === 0) check.addIssue('has no address; add url: https://HOST:8006');
  const { token_command, username } = rest;
  const ways = Object.entries({ token, token_command, username }).flatMap(([key, value]) =>
    value === undefined ? [] : key,
  );
  if (ways.length > 1) check.addIssue(`has both ${ways.join(' and ')}; keep one`);
  return { addresses: all, ...rest, ...secretsOf(token, password) };
});

/** One key or several; a chord is written with blanks or together: `g g`, `gg`. */
const keyList = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** Which keys do what: a preset, and on top keys by action. The names are checked where the actions are known. */
export const keysFields = z.strictObject({
  preset: z.string().exactOptional(),
  bindings: z.record(z.string(), keyList).exactOptional(),
});

const commandName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,40}$/, 'a command is called with small letters, digits and dashes');

/** A command of the person's own. */
export const commandFields = z.strictObject({
  key: z.string().exactOptional(),
  title: z.string().exactOptional(),
  on: z.union([z.string().transform((one) => [one]), z.array(z.string())]).exactOptional(),
  run: z.string().exactOptional(),
  exec: z.union([z.string(), z.array(z.string())]).exactOptional(),
  confirm: z.boolean().default(false),
  pause: z.boolean().default(false),
});

/** The keys of the file. */
export const configFields = z.strictObject({
  current: z.string().exactOptional(),
  contexts: z.record(contextNameSchema, contextSchema).default({}),
  age_identity: z.string().min(1).exactOptional(),
  theme: z.string().exactOptional(),
  symbols: z.enum(['auto', 'unicode', 'ascii']).exactOptional(),
  reduced_motion: z.boolean().exactOptional(),
  refresh: z.enum(['automatic', 'manual']).exactOptional(),
  keys: keysFields.exactOptional(),
  commands: z.record(commandName, commandFields).exactOptional(),
});

/** One cluster: where it is and how to sign in. */
export type ContextConfig = z.output<typeof contextSchema>;
