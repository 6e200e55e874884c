/**
 * Settings that Proxmox VE writes as one text, `name=eth0,bridge=vmbr0,ip=dhcp`. A part without a key stands under the key ``,
 * as the volume of a disk does. The order is kept.
 */
export type Properties = ReadonlyMap<string, string>;

/** Splits a property string. */
export const parseProperties = (text: string): Properties =>
  new Map(
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part): [string, string] => {
        const at = part.indexOf('=');
        return at < 0 ? ['', part] : [part.slice(0, at), part.slice(at + 1)];
      }),
  );

/** Writes a property string. */
export const printProperties = (properties: Properties): string =>
  [...properties].map(([key, value]) => (key === '' ? value : `${key}=${value}`)).join(',');

/** The first with what the second says instead; `key=none` takes a key away. */
export const mergeProperties = (old: Properties, changed: Properties): Properties =>
  new Map([...old, ...changed].filter(([key]) => changed.get(key) !== 'none'));
