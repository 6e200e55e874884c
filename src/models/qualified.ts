/**
 * Names of things where several clusters are shown together: `home:pve1`, `work:lxc/104`. Neither the name of a context nor an id,
 * a node or a storage of Proxmox VE holds a colon.
 */

/** Returns the name of a thing with that of its context before it. */
export const qualified = (context: string, own: string): string => `${context}:${own}`;

/** Returns both parts; `context` is undefined where the name has none. */
export const split = (name: string): { readonly context: string | undefined; readonly own: string } => {
  const at = name.indexOf(':');
  return at < 1 ? { context: undefined, own: name } : { context: name.slice(0, at), own: name.slice(at + 1) };
};
