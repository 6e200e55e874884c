import { zoneOffset } from '../calendar-next.ts';
import { listFact, recordFact, textFact } from '../facts.ts';
import { badParameters, die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { NodeState } from '../world.ts';
import { digestOf, localNode, nodeOf, required, sectionOf, splitList, text } from './params.ts';

const readTime = (call: ApiCall): unknown => {
  const timezone = textFact(nodeOf(call), 'timezone', 'UTC');
  const time = Math.floor(call.now());
  return { time, localtime: time + zoneOffset(timezone, time), timezone };
};

const isTimezone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

const setTimezone = (call: ApiCall): null => {
  const timezone = required(call, 'timezone');
  if (!isTimezone(timezone)) badParameters({ timezone: 'No such timezone' });
  nodeOf(call).facts['timezone'] = timezone;
  return null;
};

const setDns = (call: ApiCall): null => {
  nodeOf(call).facts['dns'] = sectionOf(call, ['node']);
  return null;
};

/** `pve1.home.arpa`: the name with the search domain. */
const fullName = (node: NodeState): string =>
  `${node.name}.${String(recordFact(node, 'dns')['search'] ?? 'home.arpa')}`;

const hostsText = (call: ApiCall): string => {
  const node = nodeOf(call);
  const fallback = `127.0.0.1 localhost.localdomain localhost\n${node.ip} ${fullName(node)} ${node.name}\n`;
  return textFact(node, 'hosts', fallback);
};

const setHosts = (call: ApiCall): null => {
  const digest = text(call, 'digest');
  if (digest !== undefined && digest !== digestOf(hostsText(call))) {
    die('detected modified configuration - file changed by other user? Try again.');
  }
  nodeOf(call).facts['hosts'] = required(call, 'data');
  return null;
};

const readConfig = (call: ApiCall): unknown => {
  const config = recordFact(nodeOf(call), 'config');
  if (Object.keys(config).length === 0) return {};
  const { description } = config;
  const shown = description === undefined ? {} : { description: `${String(description).replace(/\n$/, '')}\n` };
  const whole = { ...config, ...shown, digest: digestOf(JSON.stringify(config)) };
  const property = text(call, 'property');
  return property === undefined || property === 'all'
    ? whole
    : Object.fromEntries(Object.entries(whole).filter(([key]) => key === property));
};

const setConfig = (call: ApiCall): null => {
  const node = nodeOf(call);
  const removed = splitList(text(call, 'delete'));
  const kept = Object.entries(recordFact(node, 'config')).filter(([key]) => !removed.includes(key));
  node.facts['config'] = { ...Object.fromEntries(kept), ...sectionOf(call, ['node', 'delete', 'digest']) };
  return null;
};

const noSubscription = {
  status: 'notfound',
  message: 'There is no subscription key',
  url: 'https://www.proxmox.com/en/proxmox-virtual-environment/pricing',
};

const readSubscription = (call: ApiCall): unknown => {
  const known = recordFact(nodeOf(call), 'subscription');
  const serverid = digestOf(nodeOf(call).name).slice(0, 32).toUpperCase();
  return Object.keys(known).length > 0 ? known : { ...noSubscription, serverid };
};

const yearSeconds = 365 * 86_400;

/** The id that a cluster gave its certificate authority when it was made. */
const uuidOf = (call: ApiCall): string => {
  const hex = digestOf(call.world.cluster?.name ?? localNode(call.world).name);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};

/** The two certificates that every node has; the fingerprint of its own is the one it serves with. */
const readCertificates = (call: ApiCall): unknown => {
  const node = nodeOf(call);
  const known = listFact(node, 'certificates');
  if (known) return known;
  const authority = `/CN=Proxmox Virtual Environment/OU=${uuidOf(call)}/O=PVE Cluster Manager CA`;
  const notbefore = Math.floor(node.bootedAt / yearSeconds) * yearSeconds;
  const common = { issuer: authority, notbefore, 'public-key-type': 'rsaEncryption', pem: '' };
  const caDigest = digestOf(authority).toUpperCase().repeat(2).slice(0, 64);
  return [
    {
      ...common,
      filename: 'pve-root-ca.pem',
      subject: authority,
      fingerprint: caDigest.match(/../g)?.join(':') ?? '',
      notafter: notbefore + 10 * yearSeconds,
      'public-key-bits': 4096,
      san: [],
    },
    {
      ...common,
      filename: 'pve-ssl.pem',
      subject: `/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN=${fullName(node)}`,
      fingerprint: textFact(node, 'sslFingerprint', call.fingerprint),
      notafter: notbefore + 2 * yearSeconds,
      'public-key-bits': 2048,
      san: ['127.0.0.1', '0000:0000:0000:0000:0000:0000:0000:0001', 'localhost', node.ip, node.name, fullName(node)],
    },
  ];
};

/** Time, names, notes, subscription and certificates of a node. */
export const settingRoutes: Routes = {
  'GET /nodes/{node}/time': readTime,
  'PUT /nodes/{node}/time': setTimezone,
  'GET /nodes/{node}/dns': (call) => recordFact(nodeOf(call), 'dns'),
  'PUT /nodes/{node}/dns': setDns,
  'GET /nodes/{node}/hosts': (call) => ({ data: hostsText(call), digest: digestOf(hostsText(call)) }),
  'POST /nodes/{node}/hosts': setHosts,
  'GET /nodes/{node}/config': readConfig,
  'PUT /nodes/{node}/config': setConfig,
  'GET /nodes/{node}/subscription': readSubscription,
  'GET /nodes/{node}/certificates/info': readCertificates,
};
