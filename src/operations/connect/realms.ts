import * as z from 'zod';
import { ProxdeckError } from '../../models/error.ts';
import { createClient } from '../../proxmox/client.ts';
import type { Trust } from '../../proxmox/types.ts';
import { understood } from '../understood.ts';

/** What is needed to speak with a server before anybody is signed in. */
export interface Server {
  readonly addresses: readonly string[];
  readonly tls: Trust;
  /** SSH hosts in between. */
  readonly jump?: string;
  readonly signal: AbortSignal;
}

const realmRow = z.looseObject({ realm: z.string(), type: z.string() });

const realmOf = (user: string): string => user.slice(user.lastIndexOf('@') + 1);

/** How to come by a token where a terminal cannot sign in. */
const byToken =
  'Take an API token: sign in to the web interface with your browser, Datacenter → Permissions → API Tokens → Add, ' +
  'then `proxdeck connect` with that token.';

/**
 * Asks which realms there are (`GET /access/domains`, which needs no login) and whether a user of one of them can sign in here.
 * Throws `auth` for a realm that signs in by a browser (OpenID) and for one that is not there, and what the client throws: so the
 * certificate is looked at before a person types a password.
 */
export const requirePasswordRealm = async ({ addresses, tls, jump, signal }: Server, user: string): Promise<void> => {
  const client = createClient({ addresses, credential: { kind: 'nobody' }, tls, ...(jump !== undefined && { jump }) });
  try {
    const { data } = await client.request('GET', '/access/domains', {}, { signal, origin: 'person' });
    const realms = understood(realmRow, data);
    const realm = realms.find((one) => one.realm === realmOf(user));
    if (realm?.type === 'openid') {
      throw new ProxdeckError('auth', `The realm ${realm.realm} signs in by a browser (OpenID): no password does.`, {
        hint: byToken,
      });
    }
    if (realm === undefined && realms.length > 0) {
      throw new ProxdeckError('auth', `There is no realm ${realmOf(user)} on this cluster.`, {
        hint: `There are: ${realms.map((one) => one.realm).join(', ')}. A user is written with one of them: root@pam.`,
      });
    }
  } finally {
    client.close();
  }
};
