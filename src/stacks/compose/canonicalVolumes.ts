import { posix } from 'node:path';
import { type Here } from './canonicalTable.ts';
import { isTreeMap, mapOf, type Tree } from './tree.ts';

/** The short form of a mount: `[SOURCE:]TARGET[:OPTIONS]`. */

const propagations = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);

const isDrive = (text: string): boolean => /^\p{L}$/u.test(text);

/** Splits at colons, but not at that of a Windows drive and not inside `${…}`. */
const sectionsOf = (spec: string): readonly string[] => {
  const sections: string[] = [];
  let section = '';
  let depth = 0;
  const chars = [...spec];
  for (const [index, char] of chars.entries()) {
    if (char === '$' && chars[index + 1] === '{') depth += 1;
    else if (char === '}' && depth > 0) depth -= 1;
    else if (char === ':' && depth === 0 && !isDrive(section)) {
      sections.push(section);
      section = '';
      continue;
    }
    section += char;
  }
  return [...sections, section];
};

const isPath = (source: string): boolean => /^([./~]|\\\\|\p{L}:)/u.test(source);

/** As a path is written when everything needless is left out; `` stays ``. */
const cleanPath = (path: string): string => {
  if (path === '') return '';
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
};

const parseMount = (spec: string, fail: (message: string) => never): Readonly<Record<string, Tree>> => {
  if (spec === '') return fail('the mount is empty');
  if (spec.length <= 2) return { type: 'volume', target: cleanPath(spec) };
  const sections = sectionsOf(spec);
  if (sections.includes('')) return fail(`\`${spec}\` has nothing between two colons`);
  if (sections.length > 3) return fail(`\`${spec}\` has too many colons; a mount is written as in \`./data:/data:ro\``);
  const [first = '', second, third = ''] = sections;
  const source = second === undefined ? '' : first;
  const options = third.split(',');
  const propagation = options.findLast((option) => propagations.has(option));
  const selinux = options.findLast((option) => option === 'z' || option === 'Z');
  const bind = {
    ...(selinux === undefined ? {} : { selinux }),
    ...(propagation === undefined ? {} : { propagation }),
  };
  const isBind = isPath(source);
  return {
    type: isBind ? 'bind' : 'volume',
    ...(source === '' ? {} : { source }),
    target: cleanPath(second ?? first),
    ...(options.findLast((option) => option === 'ro' || option === 'rw') === 'ro' ? { read_only: true } : {}),
    ...(isBind ? { bind: { ...bind, create_host_path: true } } : Object.keys(bind).length > 0 ? { bind } : {}),
    ...(options.includes('nocopy') ? { volume: { nocopy: true } } : isBind ? {} : { volume: {} }),
  };
};

/** A mount as its long form. What is meant for a folder of the host begins with `.`, `/`, `~` or a drive. */
export const longMount = (mount: Tree, { fail }: Here): Tree =>
  typeof mount === 'string'
    ? mapOf(Object.entries(parseMount(mount, fail)).map(([key, value]) => [key, value, undefined]))
    : mount;

/** A device of the host, as in `/dev/sda:/dev/xvda:rwm`. */
export const longDevice = (device: Tree, { fail }: Here): Tree => {
  if (typeof device !== 'string') return device;
  const [source = '', target = '', permissions = 'rwm', ...more] = device.split(':');
  if (more.length > 0)
    return fail(`\`${device}\` has too many colons; a device is written as in \`/dev/sda:/dev/xvda:rwm\``);
  return { source, target: target === '' ? source : target, permissions };
};

/** A secret or configuration file by its name alone. */
export const longGrant = (grant: Tree): Tree => (typeof grant === 'string' ? { source: grant } : grant);

/** Targets of mounts without needless parts. */
export const cleanTarget = (mount: Tree): Tree =>
  isTreeMap(mount) && typeof mount['target'] === 'string' ? { ...mount, target: cleanPath(mount['target']) } : mount;
