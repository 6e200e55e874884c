import { ProxmoxError } from './errors.ts';
import type { Credential } from './types.ts';

/** Who is calling, in the two halves that an ACL knows. */
export interface Identity {
  /** `root@pam` */
  readonly user: string;
  /** `root@pam!main` when an API token is used. */
  readonly token?: string;
}

const tokenForm = /^(([^\s:/!]+@[A-Za-z][\w.-]+)![A-Za-z][\w.-]+)=\S+$/;
const userForm = /^[^\s:/]+@[A-Za-z][\w.-]+$/;

/** Tells who a credential stands for. Throws `auth` when it has not the form that the server takes (contract §3.1, §3.5). */
export const identityOf = (credential: Credential): Identity => {
  if (credential.kind === 'password') {
    if (userForm.test(credential.username)) return { user: credential.username };
    throw new ProxmoxError('auth', `“${credential.username}” is not a user of Proxmox VE: its realm is missing.`, {
      hint: 'Write it with its realm, such as root@pam or alice@pve.',
    });
  }
  if (credential.kind === 'nobody') return { user: 'nobody' };
  // Who it is is known when it was asked for.
  if (credential.kind === 'asked-token') return { user: 'the token of the context' };
  const [, token, user] = tokenForm.exec(credential.token) ?? [];
  if (token !== undefined && user !== undefined) return { user, token };
  throw new ProxmoxError('auth', 'The API token has not the form that Proxmox VE takes.', {
    hint: 'It is user@realm!id=secret, such as root@pam!proxdeck=8d1f…; Datacenter → Permissions → API Tokens makes one.',
  });
};
