import { isMap } from 'yaml';
import * as z from 'zod';
import { parseChecked } from './checked.ts';
import { readConfigText } from './config.ts';
import { writeAtomically } from './edit.ts';
import { contextNameSchema } from './schema.ts';

/** Which guests get snapshots how often: `schedules.yaml` beside the configuration (docs/schedules.md). */

/** A schedule is part of the names of its snapshots, which are at most 40 characters long. */
export const scheduleName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{1,19}$/,
    'a schedule is called with 2 to 20 small letters, digits and dashes, and begins with a letter',
  );

const count = z.number().int('a whole number of snapshots').min(1, 'at least one').max(1000, 'at most 1000');

/** How many are kept of each kind of period. */
export const keepFields = z
  .strictObject({
    hourly: count.exactOptional(),
    daily: count.exactOptional(),
    weekly: count.exactOptional(),
    monthly: count.exactOptional(),
  })
  .refine((keep) => Object.keys(keep).length > 0, 'say how many are kept: hourly=24,daily=7,weekly=4,monthly=6');

/** Guests by number, name, `tag:prod`, `pool:dev`, `node:pve1`, or `all`. */
export const guestPattern = z
  .string()
  .regex(/^(?:(?:tag|pool|node):\S+|[^\s:]+)$/, 'name guests by number, name, tag:NAME, pool:NAME, node:NAME, or all');

/** A number may stand in the file as it is. */
const written = z.union([z.number().transform(String), guestPattern]);

const scheduleFields = z.strictObject({
  context: contextNameSchema,
  guests: z.array(written).min(1, 'name at least one guest'),
  except: z.array(written).default([]),
  keep: keepFields,
  memory: z.boolean().default(false),
});

/** One schedule: which guests of which cluster, and how many snapshots of them stay. */
export type Schedule = z.output<typeof scheduleFields>;

const fileFields = z.strictObject({ schedules: z.record(scheduleName, scheduleFields).default({}) });

/** Reads the text of the schedules. Throws `config` with file:line:column and the key for whatever is wrong in it. */
const parseSchedules = (text: string, file: string) =>
  parseChecked(text, {
    file,
    schema: fileFields,
    hint: 'Correct the file by hand; Proxdeck does not write to a file that it cannot read.',
    knownKeys: (path) =>
      Object.keys(path.length === 0 ? fileFields.shape : path[2] === 'keep' ? keepFields.shape : scheduleFields.shape),
  });

/** Reads the schedules from their file, by name; none where there is no file. Throws `config`. */
export const loadSchedules = async (file: string): Promise<Readonly<Record<string, Schedule>>> =>
  parseSchedules(await readConfigText(file), file).fields.schedules;

/** Writes a schedule into its file, or takes it out; comments and order of the others stay. Throws `config` and writes nothing when it is broken. */
export const saveSchedule = async (file: string, name: string, schedule: Schedule | undefined): Promise<void> => {
  const { document } = parseSchedules(await readConfigText(file), file);
  if (!isMap(document.contents)) document.contents = document.createNode({ schedules: {} });
  if (schedule === undefined) document.deleteIn(['schedules', name]);
  else {
    const { except, memory, ...rest } = schedule;
    const entry = { ...rest, ...(except.length > 0 && { except }), ...(memory && { memory }) };
    document.setIn(['schedules', name], document.createNode(entry));
  }
  const text = document.toString({ lineWidth: 0 });
  parseSchedules(text, file);
  await writeAtomically(file, text);
};
