import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import type { Context } from './context.ts';
import { wait } from './each-guest.ts';
import type { Event } from './event.ts';
import { requireOnline, storageFor } from './guest-checks.ts';
import { operation } from './operation.ts';
import { maybe, readRows, word } from './rows.ts';
import { planned, shown, takeStep, type Step } from './steps.ts';
import { pathOf } from './storage.ts';

/** Templates of containers: what Proxmox offers to download (`pveam`), and what lies on storages already. */

const offer = z.looseObject({
  template: z.string(),
  os: maybe(word),
  version: maybe(word),
  section: maybe(word),
  headline: maybe(word),
});
type Offer = z.output<typeof offer>;

const volume = z.looseObject({ volid: z.string() });

/** A template that can be used or had. */
interface Template {
  readonly template: string;
  readonly os: string | undefined;
  readonly version: string | undefined;
  readonly section: string | undefined;
  readonly headline: string | undefined;
  /** Where it lies on this node; absent where it would have to be downloaded. */
  readonly volid: string | undefined;
}

const onNode = z.string().min(1).describe('on this node').meta({ completes: 'node' });
const fileOf = (volid: string): string => volid.slice(volid.lastIndexOf('/') + 1);

const readLocal = async (context: Context, node: string): Promise<readonly string[]> => {
  const { storages } = await context.resources();
  const places = storages.filter(
    (one) => one.node === node && one.status === 'available' && one.content.includes('vztmpl'),
  );
  const lists = places.map((place) => readRows(context, `${pathOf(place)}/content`, volume, { content: 'vztmpl' }));
  return (await Promise.all(lists)).flat().map(({ volid }) => volid);
};

const readOffers = (context: Context, node: string): Promise<readonly Offer[]> =>
  readRows(context, `/nodes/${node}/aplinfo`, offer);

const rowOf = (template: string, known: Offer | undefined, volid: string | undefined): Template => ({
  template,
  os: known?.os,
  version: known?.version,
  section: known?.section,
  headline: known?.headline,
  volid,
});

/** Lists templates of a node: those that lie on its storages, then those of `GET /nodes/{node}/aplinfo`. */
export const listTemplates = operation({
  name: 'template.list',
  summary: 'List templates of containers, here and to be had',
  risk: 'read',
  input: z.object({
    node: onNode,
    local: z.boolean().default(false).describe('only those that lie on its storages'),
    section: z.string().exactOptional().describe('only of this section: system, turnkeylinux, mail'),
  }),
  columns: [
    { field: 'template', title: 'TEMPLATE' },
    { field: 'os', title: 'OS' },
    { field: 'section', title: 'SECTION' },
    { field: 'volid', title: 'VOLUME' },
    { field: 'headline', title: 'WHAT' },
  ],
  async *run(context, _resolved, { node, local, section }): AsyncGenerator<never, readonly Template[], void> {
    await requireOnline(context, node);
    const [here, offers] = await Promise.all([readLocal(context, node), readOffers(context, node)]);
    const known = new Map(offers.map((one) => [one.template, one]));
    const files = new Set(here.map(fileOf));
    const rows = [
      ...here.map((volid) => rowOf(fileOf(volid), known.get(fileOf(volid)), volid)),
      ...offers
        .filter(({ template }) => !local && !files.has(template))
        .map((one) => rowOf(one.template, one, undefined)),
    ];
    return rows.filter((row) => section === undefined || row.section === section);
  },
});

interface Download {
  readonly storage: string;
  readonly volid: string;
  readonly step: Step;
}

/** Downloads a template: `POST /nodes/{node}/aplinfo`. Throws `not-found` for one that is not offered, `conflict` for one that is there. */
export const downloadTemplate = operation({
  name: 'template.download',
  summary: 'Download a template of containers',
  risk: 'change',
  input: z.object({
    template: z.string().min(1).describe('its name, as `template list` shows it').meta({ positional: true }),
    node: onNode,
    storage: z
      .string()
      .exactOptional()
      .describe('storage it goes to; the one with the most free space without it')
      .meta({ completes: 'storage' }),
    wait,
  }),
  resolve: async (context, { template, node, storage: wanted }): Promise<Download> => {
    await requireOnline(context, node);
    const { storage } = await storageFor(context, node, 'vztmpl', wanted);
    const offered = (await readOffers(context, node)).map((one) => one.template);
    if (!offered.includes(template))
      throw new ProxdeckError('not-found', `No template ${template} is offered.${didYouMean(template, offered)}`, {
        hint: `See \`proxdeck template list --node ${node}\`.`,
      });
    const volid = `${storage}:vztmpl/${template}`;
    if ((await readLocal(context, node)).includes(volid))
      throw new ProxdeckError('conflict', `${volid} lies on ${node} already.`, {
        hint: 'Use it: `proxdeck guest create ct --template`.',
      });
    const call = planned('POST', `/nodes/${node}/aplinfo`, { storage, template });
    return { storage, volid, step: { title: `download ${template} to ${storage} of ${node}`, call } };
  },
  needs: ({ storage }) => [{ path: `/storage/${storage}`, privilege: 'Datastore.AllocateTemplate' }],
  preview: ({ step }) => shown([step]),
  async *run(context, { storage, volid, step }, { node, wait: isWaitedFor }): AsyncGenerator<Event, object, void> {
    return { volid, storage, node, ...(yield* takeStep(context, step, isWaitedFor)) };
  },
});
