import { ProxdeckError } from '../../../src/models/error.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import { chosenOf, type Field, type Values } from '../../../src/ui/form.ts';
import { atOnce } from './answers.ts';

/** Who may log in to a new guest: a password and SSH keys. */

const leastPassword = 5;

const passwordFields = (values: Values, label: string): readonly Field[] => [
  {
    kind: 'secret',
    name: 'password',
    label,
    help: `at least ${String(leastPassword)} characters; left empty nobody logs in by password`,
    check: (text) =>
      text.length < leastPassword ? `A password has at least ${String(leastPassword)} characters.` : undefined,
  },
  ...((values['password'] ?? '') === ''
    ? []
    : [
        {
          kind: 'secret',
          name: 'again',
          label: 'The same again',
          help: 'what nobody sees is easily mistyped',
          check: (text: string) => (text === values['password'] ? undefined : 'The two passwords differ.'),
        } as const,
      ]),
];

/** Asks for a password, twice, and which of the person's own keys may log in. */
export const loginFields = (app: AppModel, values: Values, label: string): readonly Field[] => {
  const { value, error } = app.look('ssh.keys', {}, atOnce);
  const keys = value ?? (error === undefined ? undefined : []);
  const usual = keys?.length === 1 ? keys[0] : keys?.find(({ file }) => file === 'id_ed25519.pub');
  return [
    ...passwordFields(values, label),
    {
      kind: 'many',
      name: 'keys',
      label: 'SSH keys',
      help: 'public keys of ~/.ssh that may log in: Space chooses',
      choices: keys?.map(({ key, file, type, comment }) => ({ value: key, label: file, detail: `${type} ${comment}` })),
      none: 'There is none in ~/.ssh.',
      ...(usual !== undefined && { usual: usual.key }),
    },
  ];
};

/** Said where neither a password nor a key was given. */
export const loginNotes = ({ password = '', keys = '' }: Values): readonly string[] =>
  password === '' && keys === '' ? ['without a password and a key one gets in by its console only'] : [];

/** What was answered, as `guest.create` takes it. Throws `usage` for passwords that differ. */
export const loginInput = ({ password = '', again = '', keys = '' }: Values): Readonly<Record<string, unknown>> => {
  if (password !== again)
    throw new ProxdeckError('usage', 'The two passwords differ.', { hint: 'Go back with Esc and type them again.' });
  return { password, sshKey: chosenOf(keys) };
};
