import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { wait } from './each-guest.ts';
import type { Event } from './event.ts';
import { requireSpace, storageFor } from './guest-checks.ts';
import { operation } from './operation.ts';
import { figure, maybe, readData, readRows } from './rows.ts';
import { onNode, pathOf, selectStorage, storageName } from './storage.ts';
import { planned, shown, takeStep, type Step } from './steps.ts';

/** What of files can be brought to a storage: by their endings (contract §10.4). */
const endings = {
  iso: /\.(?:iso|img)$/i,
  vztmpl: /\.tar(?:\.(?:gz|xz|zst|bz2))?$/i,
  import: /\.(?:ova|qcow2|raw|vmdk)$/i,
} as const;
type Content = keyof typeof endings;
const contents: readonly Content[] = ['iso', 'vztmpl', 'import'];

/** What a file is by the end of its name; undefined for what no storage takes. */
export const contentByName = (name: string): Content | undefined => contents.find((kind) => endings[kind].test(name));

/** Kinds of files that can be brought to a storage. */
export const fileContent = z
  .enum(['iso', 'vztmpl', 'import'])
  .exactOptional()
  .describe('what it is; found out by the end of its name without it');

/** The name as the server keeps it. */
const storedName = (name: string): string => name.replace(/^.*[/\\]/, '').replaceAll(/[^\w.-]/g, '_');

const contentOf = (name: string, wanted: Content | undefined): Content => {
  const found = contentByName(name);
  if (found !== undefined && (wanted ?? found) === found) return found;
  throw new ProxdeckError(
    'validation',
    `${name} is no file that ${wanted === undefined ? 'a storage takes' : `can be ${wanted}`}.`,
    {
      hint: 'ISO images end with .iso or .img, templates with .tar.zst, .tar.xz, .tar.gz, disk images with .qcow2, .raw, .vmdk or .ova.',
    },
  );
};

/** Checksums by their length. */
const algorithms: Readonly<Record<number, string>> = {
  32: 'md5',
  40: 'sha1',
  56: 'sha224',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

/** A checksum in hexadecimal; its length tells the algorithm. */
export const checksum = z
  .string()
  .refine(
    (text) => /^[0-9a-f]+$/i.test(text) && algorithms[text.length] !== undefined,
    'a checksum is written in hexadecimal: MD5, SHA-1, SHA-2',
  )
  .exactOptional()
  .describe('checksum that it must have');

/** The parameters of a checksum, none without one. */
export const checksumParameters = (text: string | undefined): Readonly<Record<string, string>> => {
  const algorithm = text === undefined ? undefined : algorithms[text.length];
  return text === undefined || algorithm === undefined ? {} : { checksum: text, 'checksum-algorithm': algorithm };
};

/** Where a file will lie. */
export interface Destination {
  readonly volid: string;
  readonly content: Content;
  readonly filename: string;
  readonly storage: string;
  readonly node: string;
  /** `/nodes/{node}/storage/{storage}` */
  readonly path: string;
}

const row = z.looseObject({ volid: z.string() });

/**
 * Decides where a file goes. Throws `validation` for a storage that does not take it or has not enough space, `conflict` when a file
 * of that name lies there: the server would overwrite it without a word.
 */
export const destinationOf = async (
  context: Context,
  wanted: { readonly storage: string; readonly node?: string; readonly name: string; readonly content?: Content },
  bytes: number,
): Promise<Destination> => {
  const filename = storedName(wanted.name);
  const content = contentOf(filename, wanted.content);
  const { node } = await selectStorage(context, wanted.storage, wanted.node);
  const place = await storageFor(context, node, content, wanted.storage);
  requireSpace(place, bytes, false);
  const volid = `${place.storage}:${content}/${filename}`;
  const path = pathOf(place);
  const known = await readRows(context, `${path}/content`, row, { content });
  if (known.some((one) => one.volid === volid))
    throw new ProxdeckError('conflict', `${volid} lies on ${node} already.`, {
      hint: 'Take another name with --name, or destroy it: `proxdeck storage delete-content`.',
    });
  return { volid, content, filename, storage: place.storage, node, path };
};

const metadata = z.looseObject({ filename: maybe(z.string()), size: maybe(figure) });

interface Plan {
  readonly place: Destination;
  readonly step: Step;
}

/**
 * Lets a node download a file to a storage: `POST /nodes/{node}/storage/{storage}/download-url`. What lies behind the URL is asked first
 * (`GET /nodes/{node}/query-url-metadata`). Throws `validation`, `conflict`, and what the node says of the URL.
 */
export const downloadUrl = operation({
  name: 'storage.download-url',
  summary: 'Let a node download a file to a storage',
  risk: 'change',
  input: z.object({
    url: z
      .url({ protocol: /^https?$/, error: 'a URL begins with http:// or https://' })
      .meta({ positional: true })
      .describe('where it is'),
    storage: storageName,
    node: onNode,
    name: z.string().exactOptional().describe('name that it gets; that of the URL without it'),
    content: fileContent,
    checksum,
    insecure: z.boolean().default(false).describe('do not look at the certificate of the server'),
    wait,
  }),
  resolve: async (context, given): Promise<Plan> => {
    const { node } = await selectStorage(context, given.storage, given.node);
    const { filename = '', size = 0 } = metadata.parse(
      await readData(context, `/nodes/${node}/query-url-metadata`, {
        url: given.url,
        'verify-certificates': given.insecure ? false : undefined,
      }),
    );
    const name = given.name ?? (filename === '' ? new URL(given.url).pathname : filename);
    const wanted = {
      storage: given.storage,
      node,
      name,
      ...(given.content !== undefined && { content: given.content }),
    };
    const place = await destinationOf(context, wanted, size);
    const call = planned('POST', `${place.path}/download-url`, {
      url: given.url,
      content: place.content,
      filename: place.filename,
      ...checksumParameters(given.checksum),
      'verify-certificates': given.insecure ? false : undefined,
    });
    return { place, step: { title: `download ${place.filename} to ${place.storage} of ${node}`, call } };
  },
  needs: ({ place }) => [{ path: `/storage/${place.storage}`, privilege: 'Datastore.AllocateTemplate' }],
  preview: ({ step }) => shown([step]),
  async *run(context, { place, step }, input): AsyncGenerator<Event, object, void> {
    const { volid, storage, node } = place;
    return { volid, storage, node, ...(yield* takeStep(context, step, input.wait)) };
  },
});
