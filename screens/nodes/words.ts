import type { ResultOf } from '../../src/operations/catalog.ts';

/** `pve-manager/9.2.11/14a22df3` → `Proxmox VE 9.2.11`. */
export const versionText = (pveversion: string): string => {
  const [, version] = pveversion.split('/');
  return version === undefined ? pveversion : `Proxmox VE ${version}`;
};

/** `Linux 6.17.4-1-pve #1 SMP …` → `Linux 6.17.4-1-pve`. */
export const kernelText = (kversion: string): string => kversion.split(' ').slice(0, 2).join(' ');

/** What is to be said of a subscription: `no subscription`, `active, Basic until 2027-03-01`. */
export const subscriptionText = ({ status, productname, nextduedate }: ResultOf<'node.subscription'>): string => {
  if (status === 'notfound') return 'no subscription';
  const until = nextduedate === undefined ? '' : ` until ${nextduedate}`;
  return [status, productname].filter((part) => part !== undefined).join(', ') + until;
};
