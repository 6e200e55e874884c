import { isIP, isIPv4, isIPv6 } from 'node:net';
import { isCalendarEvent } from './calendar.ts';
import { privileges } from './roles.ts';

/** Returns the server's text when the value breaks the format, undefined when it fits. */
type Check = (text: string) => string | undefined;

const matching =
  (pattern: RegExp, complaint: (text: string) => string): Check =>
  (text) =>
    pattern.test(text) ? undefined : `${complaint(text)}\n`;

const passing =
  (test: (text: string) => boolean, complaint: (text: string) => string): Check =>
  (text) =>
    test(text) ? undefined : `${complaint(text)}\n`;

const does = (what: string) => (): string => `value does not look like a valid ${what}`;

const isCidr =
  (version: 4 | 6) =>
  (text: string): boolean => {
    const [address = '', length = ''] = text.split('/');
    if (!/^\d+$/.test(length) || isIP(address) !== version) return false;
    return version === 4 ? Number(length) >= 8 && Number(length) <= 32 : Number(length) >= 8 && Number(length) <= 128;
  };

const dnsName = /^(?=.{1,255}$)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/;
const configId = /^[a-z][a-z0-9_-]+$/i;
const simpleName = /^[A-Za-z0-9._-]+$/;
const contentTypes = new Set(['images', 'rootdir', 'vztmpl', 'iso', 'backup', 'snippets', 'import', 'none']);

const isIPv4Config = (text: string): boolean => text === 'dhcp' || text === 'manual' || isCidr(4)(text);
const isIPv6Config = (text: string): boolean => text === 'auto' || isIPv4Config(text) || isCidr(6)(text);

/** The formats of PVE::JSONSchema and of the modules that register their own. Names not listed pass. */
const checks: Readonly<Record<string, Check>> = {
  'pve-vmid': matching(/^[1-9][0-9]{2,8}$/, does('VM ID')),
  'pve-node': matching(/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/, does('node name')),
  'pve-configid': matching(configId, (text) => `invalid configuration ID '${text}'`),
  'pve-storage-id': matching(
    /^[a-z][a-z0-9._-]*[a-z0-9]$/i,
    (text) => `storage ID '${text}' contains illegal characters`,
  ),
  'pve-poolid': matching(
    /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){0,2}$/,
    (text) => `value '${text}' contains invalid characters`,
  ),
  'pve-groupid': matching(simpleName, (text) => `value '${text}' contains invalid characters`),
  'pve-roleid': matching(simpleName, (text) => `value '${text}' contains invalid characters`),
  'pve-userid': matching(
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/,
    (text) => `value '${text}' does not look like a valid user name`,
  ),
  'pve-realm': matching(/^[A-Za-z][A-Za-z0-9.\-_]+$/, (text) => `value '${text}' does not look like a valid realm`),
  'pve-tokenid': matching(
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+![A-Za-z][A-Za-z0-9.\-_]+$/,
    (text) => `value '${text}' does not look like a valid token ID`,
  ),
  'pve-priv': passing(
    (text) => privileges.has(text),
    (text) => `invalid privilege '${text}'`,
  ),
  'pve-storage-content': passing(
    (text) => contentTypes.has(text),
    (text) => `invalid content type '${text}'`,
  ),
  'pve-tag': matching(/^[a-z0-9_][a-z0-9_\-+.]*$/i, () => 'invalid characters in tag'),
  'pve-startup-order': matching(
    /^(?:order=)?\d+(?:,(?:up|down)=\d+)*$|^(?:up|down)=\d+(?:,(?:up|down)=\d+)*$/,
    () => 'unable to parse startup options',
  ),
  'pve-volume-id': matching(/^[a-z][a-z0-9._-]*[a-z0-9]:.+$/i, (text) => `unable to parse volume ID '${text}'`),
  'pve-calendar-event': passing(
    isCalendarEvent,
    (text) => `invalid calendar event '${text}' - unable to parse calendar event '${text}'\n`,
  ),
  'pve-iface': matching(/^[a-z][a-z0-9_]{1,20}([:.]\d+)?$/i, (text) => `invalid network interface name '${text}'`),
  'pve-bridge-id': matching(/^[-_.\w]+$/, (text) => `invalid bridge ID '${text}'`),
  'pve-ipv4-config': passing(isIPv4Config, does('ipv4 network configuration')),
  'pve-ipv6-config': passing(isIPv6Config, does('ipv6 network configuration')),
  'dns-name': matching(dnsName, does('DNS name')),
  'mac-addr': matching(/^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/i, does('unicast MAC address')),
  'disk-size': matching(/^\d+(\.\d+)?[KMGT]?$/, (text) => `value does not look like a valid disk size: ${text}`),
  email: matching(/^[\w.+~-]+@[\w-]+(\.[\w-]+)*$/, does('email address')),
  ip: passing((text) => isIP(text) !== 0, does('IP address')),
  ipv4: passing(isIPv4, does('IPv4 address')),
  ipv6: passing(isIPv6, does('IPv6 address')),
  CIDR: passing((text) => isCidr(4)(text) || isCidr(6)(text), does('CIDR network')),
  CIDRv4: passing(isCidr(4), does('IPv4 network')),
  CIDRv6: passing(isCidr(6), does('IPv6 network')),
  address: passing(
    (text) => isIP(text) !== 0 || dnsName.test(text),
    (text) => `value does not look like a valid address: ${text}`,
  ),
  urlencoded: matching(/^[-%a-zA-Z0-9_.!~*'()]*$/, (text) => `invalid urlencoded string: ${text}`),
};

/** Splits a list as PVE::Tools::split_list does: comma, semicolon, blank or NUL. */
export const splitList = (text: string): string[] => text.split(/[,;\s\0]+/).filter((item) => item !== '');

const firstTrouble = (check: Check, items: readonly string[]): string | undefined => {
  for (const item of items) {
    const trouble = check(item);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
};

/** PVE::JSONSchema::check_format: the text of what is wrong, without the leading `invalid format - `. */
export const checkFormat = (format: string, text: string): string | undefined => {
  const direct = checks[format];
  if (direct !== undefined) return direct(text);
  const [, base, suffix] = /^(.*)-(list|opt)$/.exec(format) ?? [];
  const check = base === undefined ? undefined : checks[base];
  if (check === undefined) return undefined;
  if (suffix === 'opt') return text === '' ? undefined : check(text);
  return firstTrouble(check, splitList(text));
};
