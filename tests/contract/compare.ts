import { parseUpid } from '../../src/simulator/upid.ts';

/** What is compared of an answer, recorded or simulated. */
export interface Compared {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Values under these keys are time, random, sizes or counters: only their type counts. */
const volatileKeys = new Set(
  [
    'uptime starttime endtime ctime time localtime timestamp created snaptime notbefore notafter next-run',
    'pid pstart cpu wait idle mem memhost memory swap disk diskread diskwrite netin netout used used_fraction avail free size total available',
    'maxdisk loadavg mhz flags digest vmgenid ticket CSRFPreventionToken password port cert pem fingerprint ssl_fingerprint serial',
    'tmpfilename uid id_time rootused memused memtotal memavailable iowait image filename path_time in out n',
    'pressurecpusome pressurecpufull pressureiosome pressureiofull pressurememorysome pressurememoryfull saved',
  ].flatMap((line) => line.split(' ')),
);

/** observed.md: in one list a string, in another a number, in a third not there. */
const looseKeys = new Set(['saved']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const kind = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** Takes out of a text what is random or time: the rest must be the same. */
export const steady = (text: string): string =>
  text
    .replaceAll(/UPID:[^\s'"]+?:(?=$|[\s'"])/g, (upid) => {
      const parts = parseUpid(upid);
      return parts === undefined ? upid : `<upid ${parts.node} ${parts.type} ${parts.id} ${parts.user}>`;
    })
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<uuid>')
    .replaceAll(/PVE(?:VNC)?:[^\s"]*::[A-Za-z0-9+/=]+/g, '<ticket>')
    .replaceAll(/BC:24:11(?::[0-9A-F]{2}){3}/gi, '<mac>')
    .replaceAll(/\b[0-9a-f]{32,64}\b/gi, '<hex>')
    .replaceAll(/\d{4}[-_]\d\d[-_]\d\d[-_ ]\d\d[:_]\d\d[:_]\d\d(?:\.\d+)?/g, '<time>')
    .replaceAll(/\b[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \d{4}/g, '<time>')
    .replaceAll(/ctime=\d+/g, 'ctime=<time>')
    .replaceAll(/size is: \d+/g, 'size is: <size>')
    .replaceAll(/(file size): \d+[KMGT]?B/g, '$1: <size>')
    .replaceAll(/\(\d\d:\d\d:\d\d\)/g, '(<duration>)')
    .replaceAll(/SHA256:[A-Za-z0-9+/]{43}/g, '<hash>')
    // Counts and sizes of what lies in a guest, as tar and rsync print them.
    .replace(
      /^(INFO: )?(Number of [a-z ]+|Total [a-z ]+|Literal data|Matched data|File list [a-z ]+|sent|total size is)(:? ).*$/,
      '$1$2$3<sizes>',
    )
    .replace(
      /^(INFO: starting new backup job: vzdump(?: \d+)*)( .*)$/,
      (_, start: string, options: string) => start + options.split(' --').sort().join(' --'),
    );

/** Keys that tell one element of a list from another. */
const identities = [
  'upid',
  'volid',
  'vmid',
  'userid',
  'tokenid',
  'roleid',
  'storage',
  'poolid',
  'groupid',
  'realm',
  'iface',
  'sid',
  'rule',
  'macro',
  'name',
  'subdir',
  'id',
  'type',
  'key',
  'devpath',
  'service',
  'subsystem_device',
  'ugid',
  'pos',
  'n',
  'dev',
  'vg',
];

/** Lists whose length is a matter of time: their entries must look alike, the number may differ. */
const flowing = (path: string, list: readonly unknown[]): boolean => {
  const [first] = list;
  if (!isObject(first)) return false;
  if ('time' in first && !('user' in first)) return true;
  // Lines of the system's log: what happened when is that machine's own.
  if (typeof first['t'] === 'string' && /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d /.test(first['t'])) return true;
  return 'metric' in first || ('msg' in first && 'uid' in first) || ('Package' in first && path.includes('data'));
};

const identityOf = (value: unknown, among: readonly unknown[]): string | undefined => {
  if (!isObject(value)) return undefined;
  const own = identities.find(
    (key) => key in value && new Set(among.map((one) => (isObject(one) ? String(one[key]) : ''))).size === among.length,
  );
  return own === undefined ? undefined : `${own}=${steady(String(value[own]))}`;
};

type Report = string[];

const inUpid = ['pid', 'pstart', 'starttime'];

/** The HA manager names what it did by a random id: 16 bytes in base64. */
const randomName = /^[A-Za-z0-9+/]{22}$/;

const withoutRandomNames = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).map(([key, one], index) => [randomName.test(key) ? `<random ${index}>` : key, one]),
  );

const compareObjects = (
  wantedAsIs: Record<string, unknown>,
  gotAsIs: Record<string, unknown>,
  path: string,
  report: Report,
): void => {
  const [wanted, got] = [withoutRandomNames(wantedAsIs), withoutRandomNames(gotAsIs)];
  // Of one and the same task these are in its name, so they are no matter of chance.
  const sameTask = wanted['upid'] !== undefined && wanted['upid'] === got['upid'];
  for (const key of sameTask ? inUpid : [])
    if (key in wanted && Number(wanted[key]) !== Number(got[key]))
      report.push(`${path}.${key} is ${String(got[key])} instead of ${String(wanted[key])}`);
  for (const key of Object.keys(wanted).filter((name) => !looseKeys.has(name)))
    if (key in got) compareValues(wanted[key], got[key], `${path}.${key}`, report);
    else report.push(`${path}.${key} is missing`);
  for (const key of Object.keys(got))
    if (!(key in wanted) && !looseKeys.has(key)) report.push(`${path}.${key} should not be there`);
};

const compareFlow = (wanted: readonly unknown[], got: readonly unknown[], path: string, report: Report): void => {
  if ((wanted.length === 0) !== (got.length === 0))
    report.push(`${path} has ${got.length} entries instead of ${wanted.length}`);
  const richest = (list: readonly unknown[]): unknown =>
    list.toSorted((a, b) => Object.keys(b ?? {}).length - Object.keys(a ?? {}).length)[0];
  if (wanted.length > 0 && got.length > 0) compareShape(richest(wanted), richest(got), `${path}[]`, report);
};

/** Keys and types only. */
const compareShape = (wanted: unknown, got: unknown, path: string, report: Report): void => {
  if (kind(wanted) !== kind(got)) report.push(`${path} is ${kind(got)} instead of ${kind(wanted)}`);
  if (!isObject(wanted) || !isObject(got)) return;
  for (const key of Object.keys(wanted))
    if (key in got) compareShape(wanted[key], got[key], `${path}.${key}`, report);
    else report.push(`${path}.${key} is missing`);
  for (const key of Object.keys(got)) if (!(key in wanted)) report.push(`${path}.${key} should not be there`);
};

/** Lists come in any order: entries are paired by what names them. */
const compareLists = (wanted: readonly unknown[], got: readonly unknown[], path: string, report: Report): void => {
  if (flowing(path, wanted) || flowing(path, got)) return compareFlow(wanted, got, path, report);
  if (wanted.length !== got.length) report.push(`${path} has ${got.length} entries instead of ${wanted.length}`);
  if (wanted.every((one) => !isObject(one))) {
    if (volatileKeys.has(path.split('.').at(-1) ?? '')) return compareShape(wanted[0], got[0], `${path}[]`, report);
    const [left, right] = [
      wanted.map((one) => steady(String(one))).sort(),
      got.map((one) => steady(String(one))).sort(),
    ];
    for (const [index, text] of left.entries())
      if (text !== right[index]) report.push(`${path} has '${right[index]}' instead of '${text}'`);
    return;
  }
  const rest = [...got];
  for (const [index, one] of wanted.entries()) {
    const name = identityOf(one, wanted);
    const at = name === undefined ? 0 : rest.findIndex((other) => identityIn(other, name));
    if (at < 0 || rest.length === 0) report.push(`${path} lacks ${name ?? `entry ${index}`}`);
    else compareValues(one, rest.splice(at, 1)[0], `${path}[${name ?? index}]`, report);
  }
};

const identityIn = (value: unknown, name: string): boolean => {
  if (!isObject(value)) return false;
  const key = name.slice(0, name.indexOf('='));
  return `${key}=${steady(String(value[key]))}` === name;
};

const sortedList = (text: string): string => text.split(',').sort().join(',');

const compareValues = (wanted: unknown, got: unknown, path: string, report: Report): void => {
  if (kind(wanted) !== kind(got)) {
    report.push(`${path} is ${kind(got)} instead of ${kind(wanted)}`);
    return;
  }
  if (Array.isArray(wanted) && Array.isArray(got)) return compareLists(wanted, got, path, report);
  if (isObject(wanted) && isObject(got)) return compareObjects(wanted, got, path, report);
  if (volatileKeys.has(path.split('.').at(-1)?.replace(/\[.*$/, '') ?? '')) return;
  if (typeof wanted === 'string' && typeof got === 'string') {
    const [left, right] = [steady(wanted), steady(got)];
    const ordered = path.endsWith('.content') || path.endsWith('.users') || path.endsWith('.privs');
    if ((ordered ? sortedList(left) : left) !== (ordered ? sortedList(right) : right))
      report.push(`${path} is '${right.slice(0, 120)}' instead of '${left.slice(0, 120)}'`);
    return;
  }
  if (wanted !== got) report.push(`${path} is ${String(got)} instead of ${String(wanted)}`);
};

const exactHeaders = ['cache-control', 'pragma', 'server', 'content-type', 'content-encoding', 'location'];
const presentHeaders = ['date', 'expires', 'content-length'];

const compareHeaders = (wanted: Compared['headers'], got: Compared['headers'], report: Report): void => {
  for (const name of exactHeaders)
    if (wanted[name] !== got[name]) report.push(`header ${name} is '${got[name]}' instead of '${wanted[name]}'`);
  for (const name of presentHeaders)
    if ((wanted[name] === undefined) !== (got[name] === undefined))
      report.push(`header ${name} ${got[name] === undefined ? 'is missing' : 'should not be there'}`);
  if (wanted['connection'] !== got['connection'])
    report.push(`header connection is '${got['connection']}' instead of '${wanted['connection']}'`);
};

const page = (body: unknown): unknown =>
  typeof body === 'string' && body.startsWith('<!DOCTYPE html>') ? '<a page>' : body;

/** How many entries there are in all: known where the page holds them all, and of a task's log. */
const compareTotals = (wanted: unknown, got: unknown, report: Report): void => {
  if (!isObject(wanted) || !isObject(got) || !Array.isArray(wanted['data'])) return;
  const { data, total } = wanted;
  const [first]: unknown[] = data;
  const known = total === data.length || (isObject(first) && 't' in first && !flowing('data', data));
  if (known && total !== got['total']) report.push(`body.total is ${String(got['total'])} instead of ${String(total)}`);
};

/** Returns what differs between a recorded and a simulated answer, one sentence each; nothing when they agree. */
export const differences = (wanted: Compared, got: Compared): string[] => {
  const report: Report = [];
  if (wanted.status !== got.status) report.push(`status is ${got.status} instead of ${wanted.status}`);
  if (steady(wanted.reason) !== steady(got.reason))
    report.push(`reason is '${got.reason}' instead of '${wanted.reason}'`);
  compareHeaders(wanted.headers, got.headers, report);
  compareValues(page(wanted.body), page(got.body), 'body', report);
  compareTotals(wanted.body, got.body, report);
  return report;
};
