import { isIP } from 'node:net';
import { byTable, type Change, type Here } from './canonicalTable.ts';
import { isTreeMap, type TreeMap } from './tree.ts';

/** What Compose fills in where a mapping leaves it unsaid, and which keys of one mapping exclude each other. */

const mapped =
  (change: (value: TreeMap, here: Here) => TreeMap): Change =>
  (value, here) =>
    isTreeMap(value) ? change(value, here) : value;

const port = mapped((value, { fail }) => {
  const address = value['host_ip'];
  if (typeof address === 'string' && (isIP(address) === 0 || address.includes('%')))
    return fail(`\`${address}\` is no IP address`, ['host_ip']);
  return { ...value, mode: value['mode'] ?? 'ingress', protocol: value['protocol'] ?? 'tcp' };
});

const devices = mapped((value, { fail }) => {
  const byNumber = Object.hasOwn(value, 'count');
  const byName = Object.hasOwn(value, 'device_ids');
  if (byNumber && byName) return fail('`count` and `device_ids` exclude each other', ['device_ids']);
  return byNumber || byName ? value : { ...value, count: 'all' };
});

const grant = mapped((value) =>
  Object.hasOwn(value, 'target') ? value : { ...value, target: `/run/secrets/${String(value['source'])}` },
);

/** Where the content of a secret or a configuration file comes from: one of some keys. */
const contentFrom = (...sources: readonly string[]): Change =>
  mapped((value, { fail }) => {
    const [first, second] = sources.filter((source) => Object.hasOwn(value, source));
    if (first !== undefined && second !== undefined)
      return fail(`\`${first}\` and \`${second}\` exclude each other`, [second]);
    return first !== undefined || Object.hasOwn(value, 'driver') || Object.hasOwn(value, 'external')
      ? value
      : fail(
          `nothing says where its content comes from: one of ${sources.map((each) => `\`${each}\``).join(', ')} is needed`,
        );
  });

/** Something that exists already is not described any further. */
const volume = mapped((value, { fail }) => {
  if (value['external'] !== true) return value;
  const more = Object.keys(value).find((key) => key !== 'name' && key !== 'external' && !key.startsWith('x-'));
  return more === undefined ? value : fail(`\`external\` and \`${more}\` exclude each other`, [more]);
});

/**
 * Fills in what is left unsaid for a canonical tree and checks it: defaults of ports, binds, secrets, device requests; what of two keys
 * excludes the other. Called once for the project and once for each included one, before paths are made absolute.
 */
export const filled: (tree: TreeMap) => TreeMap = byTable({
  'services.*.build': mapped((value) => ({ ...value, context: value['context'] ?? '.' })),
  'services.*.deploy.resources.reservations.devices.[]': devices,
  'services.*.develop.watch.[].path': (value, { fail }) => (value === '' ? fail('must not be empty') : value),
  'services.*.gpus.[]': devices,
  'services.*.ports.[]': port,
  'services.*.secrets.[]': grant,
  'volumes.*': volume,
  'configs.*': contentFrom('file', 'environment', 'content'),
  'secrets.*': contentFrom('file', 'environment'),
});
