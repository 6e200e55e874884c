import { ProxmoxError } from './errors.ts';
import type { MissingPermission, ProxmoxErrorDetails, ProxmoxErrorKind } from './errors.ts';
import { grantCommand } from './grants.ts';
import type { Identity } from './identity.ts';
import type { Method } from './types.ts';

/** An answer with a status of 400 or more, and the call it answers. */
export interface Refusal {
  readonly method: Method;
  readonly path: string;
  readonly status: number;
  /** The server's message, trimmed; may be empty. */
  readonly text: string;
  /** Parameter → text. */
  readonly fields?: Readonly<Record<string, string>>;
}

interface Reading {
  readonly kind: ProxmoxErrorKind;
  readonly hint?: string;
}

/**
 * Proxmox VE answers nearly every refusal of its own code with 500 (contract §1.2), and some with a 400 on a parameter: only the
 * text tells them apart. The first row that matches decides.
 */
const texts: readonly (readonly [RegExp, Reading])[] = [
  [
    /\bis locked \(/i,
    { kind: 'locked', hint: 'Another task holds it: wait for that task to end, or look it up in the task list.' },
  ],
  [
    /can't lock file|got lock request timeout|lock .*got timeout/i,
    { kind: 'locked', hint: 'Somebody else is changing it right now. Try again in a moment.' },
  ],
  [
    /detected modified configuration/i,
    { kind: 'conflict', hint: 'It was changed meanwhile: read it again, then repeat the change.' },
  ],
  [
    /protection mode enabled/i,
    { kind: 'conflict', hint: 'It is protected: switch off its option “protection” first.' },
  ],
  [/used in HA resources/i, { kind: 'conflict', hint: 'Remove it from high availability first, or send purge=1.' }],
  [
    /no quorum/i,
    { kind: 'conflict', hint: 'The cluster has lost its quorum and takes no changes: bring the missing nodes back.' },
  ],
  [/already (?:exists|defined|used|running)|is already at/i, { kind: 'conflict' }],
  [
    /not running|is running|is paused|it's a template|is not empty|\bis disabled|is not (?:available|online)/i,
    { kind: 'conflict' },
  ],
  [/does not exist|^no such |: no such |hostname lookup .* failed/i, { kind: 'not-found' }],
];

const readText = (text: string): Reading | undefined => texts.find(([pattern]) => pattern.test(text))?.[1];

const hintOf = ({ kind, hint }: Reading): string =>
  hint ??
  (kind === 'not-found'
    ? 'Check its name or number; it may also have been removed or moved meanwhile.'
    : 'Look at its present state, then decide.');

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** `Permission check failed (/vms/101, VM.Config.Disk|VM.Config.CPU)` → path and privileges (contract §5.2). */
const readPermission = (text: string): MissingPermission | undefined => {
  const [, path, privileges] = /\((\/[^,\s]*), ([\w.|]+)\)/.exec(text) ?? [];
  return path === undefined || privileges === undefined ? undefined : { path, privileges: privileges.split('|') };
};

const readForbidden = (text: string, identity: Identity): readonly [string, ProxmoxErrorDetails] => {
  const who = identity.token ?? identity.user;
  const permission = readPermission(text);
  if (permission !== undefined) {
    return [
      `${who} lacks ${permission.privileges.join(' or ')} on ${permission.path}.`,
      { permission, hint: `Grant it on a node of the cluster: ${grantCommand(permission, identity)}` },
    ];
  }
  if (text.includes('proper ticket')) {
    return [`An API token may not do this: ${text}.`, { hint: 'Sign in with user name and password for this call.' }];
  }
  if (text.includes('root@pam')) {
    return [
      'Only root@pam may do this, signed in with its password.',
      { hint: 'No API token can, not even one of root@pam.' },
    ];
  }
  return [`${who} may not do this: ${sentence(text)}`, { hint: `See what it may do: pveum user permissions '${who}'` }];
};

const readUnauthorized = (
  { text, path }: Refusal,
  { user, token }: Identity,
): readonly [string, ProxmoxErrorDetails] => {
  const said = text === '' ? '' : ` (${text})`;
  if (token !== undefined) {
    return [
      `The server refuses the API token ${token}${said}.`,
      {
        hint: 'Its secret is wrong, or it has expired or was removed, or its user is disabled. Datacenter → Permissions → API Tokens shows it; a new one is taken by `proxdeck connect`.',
      },
    ];
  }
  return path === '/access/ticket'
    ? [
        `The server refuses the login of ${user}${said}.`,
        {
          hint: 'Check user name, realm, password and, when one is asked, the second factor; the user may also be disabled or expired.',
        },
      ]
    : [`The server no longer accepts the session of ${user}${said}.`, { hint: 'Sign in again.' }];
};

const readInvalid = ({ text, fields = {} }: Refusal): readonly [ProxmoxErrorKind, string, ProxmoxErrorDetails] => {
  const wrong = Object.entries(fields).map(([name, said]) => `${name}: ${said}`);
  const message = `The server does not accept ${wrong.length === 0 ? 'this' : 'the parameters'}: ${sentence(wrong.join('; ') || text)}`;
  const readings = Object.values(fields).map(readText);
  const [first] = readings;
  // `{"vmid":"VM 101 already exists"}` is no mistake of writing: the object itself was refused.
  return first !== undefined && !readings.includes(undefined)
    ? [first.kind, message, { fields, hint: hintOf(first) }]
    : ['validation', message, { fields, hint: 'Correct what is named and try again.' }];
};

/** Statuses that the server's proxy invents when it cannot reach the node that a path names (contract §5.2). */
const readProxied = ({ path, text, status }: Refusal): readonly [ProxmoxErrorKind, string, string] => {
  const node = /^\/nodes\/([^/]+)/.exec(path)?.[1] ?? 'the node';
  return status === 596 && /timed out/i.test(text)
    ? [
        'timeout',
        `${node} did not answer within the 30 s that the server waits for it.`,
        'The node may be busy, or wait for a storage that hangs. Try again later.',
      ]
    : [
        'unreachable',
        `The server that was asked cannot reach ${node} (${text || status}).`,
        `Check that ${node} is on, and the network between the nodes.`,
      ];
};

/** Turns a refusal into the error that a person sees: by status and structure, and by text only where there is no other way. */
export const refusalError = (refusal: Refusal, identity: Identity): ProxmoxError => {
  const { method, path, status, text } = refusal;
  const make = (kind: ProxmoxErrorKind, message: string, details: ProxmoxErrorDetails = {}): ProxmoxError =>
    new ProxmoxError(kind, message, { method, path, status, ...details });

  if (status === 400) return make(...readInvalid(refusal));
  if (status === 401) return make('auth', ...readUnauthorized(refusal, identity));
  if (status === 403) return make('permission', ...readForbidden(text, identity));
  if (status === 595 || status === 596) {
    const [kind, message, hint] = readProxied(refusal);
    return make(kind, message, { hint });
  }
  if (status === 501) {
    return make('server', `The server does not know ${method} ${path}: ${sentence(text)}`, {
      hint: 'Its version may be older or newer than the call; `proxdeck doctor` shows both.',
    });
  }
  const said = text === '' ? `The server answered ${method} ${path} with status ${status}.` : sentence(text);
  const reading = readText(text);
  return reading === undefined
    ? make('server', said, {
        hint: `The server refused ${method} ${path} with status ${status}; its journal (unit pvedaemon) may tell more.`,
      })
    : make(reading.kind, said, { hint: hintOf(reading) });
};
