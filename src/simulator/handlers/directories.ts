import type { Routes } from '../handler.ts';
import type { MethodSpec, Schema } from '../schema.ts';

const names = (text: string): string[] => text.split(' ');

/**
 * Directories whose lists are written by hand in the server's code and so are not what the path table has: some paths are left
 * out, some are named that do not exist below. The key is the name of the one property of each entry.
 */
const handwritten: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  '/': ['subdir', names('version cluster nodes storage access pools')],
  '/access': ['subdir', names('users groups roles acl domains openid tfa ticket password')],
  '/cluster': [
    'name',
    names(
      'acme backup backup-info bulk-action ceph config firewall ha jobs log mapping metrics notifications nextid options qemu replication resources status tasks sdn',
    ),
  ],
  '/cluster/sdn': ['id', names('vnets zones controllers ipams dns fabrics')],
  '/nodes/{node}': [
    'name',
    names(
      'aplinfo apt capabilities ceph certificates config disks dns firewall hardware hosts journal lxc migrateall netstat network qemu query-oci-repo-tags query-url-metadata replication report rrd rrddata scan sdn services spiceshell startall status stopall storage subscription suspendall syslog tasks termproxy time version vncshell vzdump wakeonlan',
    ),
  ],
  '/nodes/{node}/ceph': [
    'name',
    names(
      'cmd-safety cfg crush fs init log mds mgr mon osd pool releases restart restart-bulk rules start status stop',
    ),
  ],
  '/nodes/{node}/lxc/{vmid}': [
    'subdir',
    names(
      'config pending status vncproxy termproxy vncwebsocket spiceproxy migrate clone rrd rrddata firewall snapshot resize interfaces',
    ),
  ],
  '/nodes/{node}/lxc/{vmid}/status': ['subdir', names('current start stop shutdown reboot migrate')],
  '/nodes/{node}/lxc/{vmid}/snapshot/{snapname}': ['cmd', names('rollback config')],
  '/nodes/{node}/qemu/{vmid}': [
    'subdir',
    names(
      'config cloudinit pending status unlink vncproxy termproxy migrate resize move rrd rrddata monitor agent snapshot spiceproxy sendkey firewall mtunnel remote_migrate',
    ),
  ],
  '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}': ['cmd', names('rollback config')],
};

const indexKeys = new Set(['subdir', 'name', 'id', 'type', 'method']);

/** The key of a directory's entries as its schema declares it; undefined when the method is no directory. */
const declaredKey = (spec: MethodSpec): string | undefined => {
  const { returns } = spec;
  if (typeof returns !== 'object' || returns === null || !('items' in returns)) return undefined;
  const { items } = returns;
  if (typeof items !== 'object' || items === null || !('properties' in items)) return undefined;
  const keys = Object.keys(items.properties ?? {});
  if (keys.length > 1) return undefined;
  const [key = 'name'] = keys;
  return indexKeys.has(key) ? key : undefined;
};

const entries = (key: string, children: readonly string[]): Record<string, string>[] =>
  children.map((name) => ({ [key]: name }));

/** GET on directories: what lies one level below, from the path table, or the server's own handwritten list. */
export const directoryRoutes = (schema: Schema): Routes => {
  const routes: Record<string, () => unknown> = {};
  for (const [template, methods] of schema.paths) {
    const spec = methods['GET'];
    if (spec === undefined) continue;
    const key = declaredKey(spec);
    const children = schema.children(template);
    if (key !== undefined && children.length > 0) routes[`GET ${template}`] = () => entries(key, children);
  }
  for (const [template, [key, children]] of Object.entries(handwritten))
    routes[`GET ${template}`] = () => entries(key, children);
  return routes;
};
