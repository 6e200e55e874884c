import type { Config, ContextConfig } from '../../config/config.ts';
import { environmentContext } from '../../config/quick.ts';
import { parseAddress } from '../../proxmox/address.ts';

/** Which context an address belongs to. */
export interface Place {
  readonly name: string;
  /** What is configured under the name already. */
  readonly known?: ContextConfig;
}

/** `pve1` of `pve1.example.org`; an IP address as it is, without what a name cannot hold. */
const nameFrom = (host: string): string => {
  const label = /^[\d.]+$/.test(host) ? host : (host.split('.')[0] ?? '');
  const name = label.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return name === '' || name === environmentContext ? 'home' : name;
};

/** Returns the context that is meant: the named one, else the one that has the address, else a new one called after the host. */
export const placeOf = (
  { contexts }: Config,
  { name, url }: { readonly name?: string; readonly url: string },
): Place => {
  const { text, host } = parseAddress(url);
  const hasIt = ({ addresses }: ContextConfig): boolean => addresses.some((one) => parseAddress(one).text === text);
  const named = (wanted: string): Place => {
    const known = Object.hasOwn(contexts, wanted) ? contexts[wanted] : undefined;
    return { name: wanted, ...(known !== undefined && { known }) };
  };
  if (name !== undefined) return named(name);
  const [found] = Object.entries(contexts).find(([one, context]) => one !== environmentContext && hasIt(context)) ?? [];
  if (found !== undefined) return named(found);
  const wanted = nameFrom(host);
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? wanted : `${wanted}-${String(number)}`;
    if (!Object.hasOwn(contexts, free)) return { name: free };
  }
};
