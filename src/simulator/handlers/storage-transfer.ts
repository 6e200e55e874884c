import { isIP } from 'node:net';
import { textFact } from '../facts.ts';
import { badParameters, die } from '../handler.ts';
import type { ApiCall, Routes, Worker } from '../handler.ts';
import { noise } from '../load.ts';
import { isFileBased, volumePath } from '../volumes.ts';
import { digestOf, nodeOf, required, text } from './params.ts';
import { holdsContent, usableStorage } from './storage-place.ts';
import type { Usable } from './storage-place.ts';

const extensions: Readonly<Record<string, RegExp>> = {
  iso: /\.(?:iso|img)$/i,
  vztmpl: /\.tar(?:\.(?:gz|xz|zst|bz2))?$/i,
  import: /\.(?:ova|qcow2|raw|vmdk)$/i,
};

/** PVE::Storage::normalize_content_filename: no path, and nothing but harmless characters. */
const normalName = (name: string): string => (name.split(/[/\\]/).at(-1) ?? '').replace(/[^a-zA-Z0-9_.-]/g, '_');

const checkTarget = ({ storage }: Usable, content: string): void => {
  if (!isFileBased(storage)) die(`can't upload to storage type '${storage.config['type']}', not a file based storage!`);
  if (!holdsContent(storage, content)) die(`storage '${storage.storage}' does not support '${content}' content`);
};

const checkedName = (call: ApiCall, content: string): string => {
  const name = normalName(required(call, 'filename'));
  if (extensions[content]?.test(name) === false) badParameters({ filename: 'wrong file extension' });
  return name;
};

const formatOf = (name: string): string => /\.(iso|img|tar(?:\.\w+)?|qcow2|vmdk|ova|raw)$/.exec(name)?.[1] ?? 'raw';

const store = (call: ApiCall, { place }: Usable, volid: string, content: string, sizeBytes: number): void => {
  const known = place.volumes.get(volid);
  place.volumes.set(volid, { volid, content, format: formatOf(volid), sizeBytes, ctime: Math.floor(call.now()) });
  place.usedBytes += sizeBytes - (known?.sizeBytes ?? 0);
};

/** The bytes of an upload are counted, not kept; a checksum is compared when it is one that was computed. */
const checkSum = (call: ApiCall): void => {
  const expected = text(call, 'checksum');
  if (expected === undefined || text(call, 'checksum-algorithm') !== 'sha256') return;
  const actual = call.upload?.sha256 ?? '';
  if (actual !== expected.toLowerCase()) die(`checksum mismatch: got '${actual}' != expect '${expected}'`);
};

const upload = (call: ApiCall): string => {
  const usable = usableStorage(call);
  const content = required(call, 'content');
  checkTarget(usable, content);
  const name = checkedName(call, content);
  const volid = `${usable.storage.storage}:${content}/${name}`;
  const path = volumePath(usable.storage, volid);
  const arrived = text(call, 'tmpfilename') ?? `/var/tmp/pveupload-${digestOf(name).slice(0, 32)}`;
  const sizeBytes = call.upload?.sizeBytes ?? 0;
  return call.fork(usable.node.name, 'imgcopy', '', async (worker) => {
    worker.log(`starting file import from: ${arrived}`);
    worker.log(`target node: ${usable.node.name}`);
    worker.log(`target file: ${path}`);
    worker.log(`file size is: ${sizeBytes}`);
    checkSum(call);
    worker.log(`command: cp -- ${arrived} ${path}`);
    await worker.sleep(300);
    store(call, usable, volid, content, sizeBytes);
    worker.log('finished file import successfully');
  });
};

const perlTime = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** Whether the node reaches the world outside; the fact `internet: "off"` cuts it off. */
const refuseWithoutNetwork = (call: ApiCall, worker: Worker, host: string, port: string): void => {
  if (textFact(nodeOf(call), 'internet', 'on') !== 'off') return;
  if (isIP(host) !== 0) {
    worker.log(`Connecting to ${host}:${port}... failed: Connection refused.`);
    die(`download failed: Connecting to ${host}:${port}... failed: Connection refused.`);
  }
  worker.log(`Resolving ${host} (${host})... failed: Name or service not known.`);
  die(`download failed: wget: unable to resolve host address '${host}'`);
};

const mebibyte = 2 ** 20;

/** A size that belongs to a URL: the same each time, between 80 and 680 MiB. */
const sizeBehind = (url: string): number =>
  Math.floor((80 + noise(Number.parseInt(digestOf(url).slice(0, 7), 16), 1) * 600) * mebibyte);

const wget = async (call: ApiCall, worker: Worker, url: string, path: string): Promise<number> => {
  const { hostname, port, protocol } = new URL(url);
  worker.log(`downloading ${url} to ${path}`);
  worker.log(`--${perlTime(call.now())}--  ${url}`);
  refuseWithoutNetwork(call, worker, hostname, port === '' ? (protocol === 'https:' ? '443' : '80') : port);
  const size = sizeBehind(url);
  worker.log(`Resolving ${hostname} (${hostname})... 203.0.113.10`);
  worker.log(`HTTP request sent, awaiting response... 200 OK`);
  worker.log(`Length: ${size} (${Math.round(size / mebibyte)}M)`);
  for (let percent = 10; percent <= 100; percent += 10) {
    await worker.sleep(800);
    const left = ((100 - percent) / 10) * 0.8;
    const done = Math.round((size / 1024) * (percent / 100));
    worker.log(`${done}K .......... .......... .......... .......... .......... ${percent}% 62.4M ${left.toFixed(0)}s`);
  }
  worker.log(`download of '${url}' to '${path}' finished`);
  return size;
};

const download = (call: ApiCall, usable: Usable, content: string, name: string, url: string): string => {
  const volid = `${usable.storage.storage}:${content}/${name}`;
  const path = volumePath(usable.storage, volid);
  return call.fork(usable.node.name, 'download', name, async (worker) => {
    store(call, usable, volid, content, await wget(call, worker, url, path));
  });
};

const downloadUrl = (call: ApiCall): string => {
  const usable = usableStorage(call);
  const content = required(call, 'content');
  checkTarget(usable, content);
  const name = checkedName(call, content);
  const volid = `${usable.storage.storage}:${content}/${name}`;
  if (usable.place.volumes.has(volid)) die(`refusing to override existing file '${volumePath(usable.storage, volid)}'`);
  return download(call, usable, content, name, required(call, 'url'));
};

const templateUrl = (template: string): string => `http://download.proxmox.com/images/system/${template}`;

/** The appliances that `GET aplinfo` offers, unless a node brings its own list. */
const appliances = [
  {
    template: 'alpine-3.22-default_20250617_amd64.tar.xz',
    os: 'alpine',
    headline: 'LXC default image for alpine 3.22 (20250617)',
  },
  { template: 'archlinux-base_20250714-1_amd64.tar.zst', os: 'archlinux', headline: 'ArchLinux base image.' },
  { template: 'debian-12-standard_12.12-1_amd64.tar.zst', os: 'debian-12', headline: 'Debian 12 Bookworm (standard)' },
  { template: 'debian-13-standard_13.1-2_amd64.tar.zst', os: 'debian-13', headline: 'Debian 13 Trixie (standard)' },
  {
    template: 'fedora-42-default_20250428_amd64.tar.xz',
    os: 'fedora',
    headline: 'LXC default image for fedora 42 (20250428)',
  },
  {
    template: 'rockylinux-9-default_20240912_amd64.tar.xz',
    os: 'centos',
    headline: 'LXC default image for rockylinux 9 (20240912)',
  },
  {
    template: 'ubuntu-24.04-standard_24.04-2_amd64.tar.zst',
    os: 'ubuntu-24.04',
    headline: 'Ubuntu 24.04 Noble (standard)',
  },
];

const readAppliances = (): unknown =>
  appliances.map(({ template, os, headline }) => {
    const [packageName = '', version = ''] = template.split('_');
    return {
      template,
      package: packageName,
      version,
      os,
      headline,
      section: 'system',
      type: 'lxc',
      architecture: 'amd64',
      description: headline,
      infopage: `https://linuxcontainers.org`,
      location: templateUrl(template),
      source: 'https://releases.proxmox.com',
      maintainer: 'Proxmox Support Team <support@proxmox.com>',
      sha512sum: digestOf(template),
    };
  });

const downloadAppliance = (call: ApiCall): string => {
  const template = required(call, 'template');
  if (!appliances.some((each) => each.template === template)) badParameters({ template: 'no such template' });
  const usable = usableStorage(call);
  checkTarget(usable, 'vztmpl');
  return download(call, usable, 'vztmpl', template, templateUrl(template));
};

const mimeTypes: readonly (readonly [RegExp, string])[] = [
  [/\.iso$/, 'application/x-iso9660-image'],
  [/\.tar\.(?:gz|xz|zst)$/, 'application/x-tar'],
];

const queryUrl = (call: ApiCall): unknown => {
  const url = required(call, 'url');
  const { hostname, pathname } = new URL(url);
  if (textFact(nodeOf(call), 'internet', 'on') === 'off') {
    die(`500 Can't connect to ${hostname} (Name or service not known)`);
  }
  return {
    filename: normalName(pathname),
    size: sizeBehind(url),
    mimetype: mimeTypes.find(([pattern]) => pattern.test(pathname))?.[1] ?? 'application/octet-stream',
  };
};

/** Uploads, downloads and appliances (PVE::API2::Storage::Status, PVE::API2::Nodes). */
export const transferRoutes: Routes = {
  'POST /nodes/{node}/storage/{storage}/upload': upload,
  'POST /nodes/{node}/storage/{storage}/download-url': downloadUrl,
  'GET /nodes/{node}/aplinfo': readAppliances,
  'POST /nodes/{node}/aplinfo': downloadAppliance,
  'GET /nodes/{node}/query-url-metadata': queryUrl,
};
