import * as z from 'zod';
import { operation } from './operation.ts';

const options = z.looseObject({
  'tag-style': z
    .looseObject({
      /** `tag:background[:text]`, separated by `;`, colours as six hexadecimal digits. */
      'color-map': z.string().optional(),
      shape: z.string().optional(),
      ordering: z.string().optional(),
      'case-sensitive': z.coerce.string().optional(),
    })
    .optional()
    .catch(undefined),
});

/** Shows the options of the datacenter: `GET /cluster/options`. Without Sys.Audit on / only console and tag style are told. */
export const showOptions = operation({
  name: 'cluster.options',
  summary: 'Show the options of the datacenter',
  risk: 'read',
  input: z.object({}),
  async *run(context) {
    const { data } = await context
      .proxmox()
      .request('GET', '/cluster/options', {}, { signal: context.signal, origin: 'person' });
    return options.parse(data);
  },
});
