import * as z from 'zod';
import { operation } from './operation.ts';
import { figure, readData } from './rows.ts';

/** Shows the next number for a guest that nobody has: `GET /cluster/nextid`. */
export const showNextId = operation({
  name: 'cluster.next-id',
  summary: 'Show the next free VMID',
  risk: 'read',
  input: z.object({}),
  columns: [{ field: 'vmid', title: 'VMID' }],
  async *run(context): AsyncGenerator<never, { readonly vmid: number }, void> {
    return { vmid: figure.parse(await readData(context, '/cluster/nextid')) };
  },
});
