import * as z from 'zod';

/** `GET /nodes/{node}/status` (contract §9.1), reduced to what a person looks at; load averages are strings there. */
export const nodeStatusSchema = z
  .object({
    loadavg: z.array(z.coerce.string()).default([]),
    kversion: z.string().default(''),
    pveversion: z.string().default(''),
    cpuinfo: z.object({ model: z.string().default('') }).default({ model: '' }),
    swap: z.object({ used: z.coerce.number(), total: z.coerce.number() }).exactOptional(),
  })
  .transform(({ loadavg, kversion, pveversion, cpuinfo, swap }) => ({
    loadavg,
    kversion,
    pveversion,
    cpuModel: cpuinfo.model,
    swap,
  }));
