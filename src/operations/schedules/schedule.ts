import * as z from 'zod';
import { schedulesFile } from '../../config/paths.ts';
import {
  guestPattern,
  keepFields,
  loadSchedules,
  saveSchedule,
  scheduleName,
  type Schedule,
} from '../../config/schedules.ts';
import { ProxdeckError } from '../../models/error.ts';
import { didYouMean } from '../../models/nearest.ts';
import type { Context } from '../context.ts';
import type { Event } from '../event.ts';
import { operation } from '../operation.ts';
import { timerUnits } from './timer.ts';

/** A schedule as it is listed. */
interface ScheduleRow extends Schedule {
  readonly name: string;
}

const columns = [
  { field: 'name', title: 'NAME' },
  { field: 'context', title: 'CONTEXT' },
  { field: 'guests', title: 'GUESTS' },
  { field: 'except', title: 'EXCEPT' },
  { field: 'keep', title: 'KEEP' },
  { field: 'memory', title: 'MEMORY' },
] as const;

const wrong = 'write how many are kept as hourly=24,daily=7,weekly=4,monthly=6';

/** `hourly=24,daily=7` */
const keepText = z.string().transform((text, issues): Schedule['keep'] => {
  const parts = text.split(',').map((part) => part.trim().split('='));
  const counts = Object.fromEntries(parts.map(([key = '', value = '']) => [key, Number(value || Number.NaN)]));
  const parsed = keepFields.safeParse(counts);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const about = issue?.path[0] === undefined ? '' : ` (${String(issue.path[0])}: ${issue.message})`;
  issues.addIssue({ code: 'custom', message: wrong + about });
  return z.NEVER;
});

const contextOf = ({ contextName }: Context): string => {
  if (contextName !== '') return contextName;
  throw new ProxdeckError('config', 'No cluster is chosen that the schedule could be for.', {
    hint: 'Name it with --context, or choose one with `proxdeck context use`.',
  });
};

/**
 * Writes a schedule into `schedules.yaml`, or changes the one of that name; with `systemd` writes nothing and returns the units that run
 * `snapshot due`. Throws `usage` for a new one without guests or without what is kept, `config` for a broken file.
 */
export const scheduleSnapshots = operation({
  name: 'snapshot.schedule',
  summary: 'Let guests have snapshots by the clock, and keep so many of them',
  risk: 'change',
  input: z.object({
    name: scheduleName.exactOptional().describe('what to call the schedule').meta({ positional: true }),
    guest: z
      .array(guestPattern)
      .default([])
      .describe('guest by number or name, tag:NAME, pool:NAME, node:NAME, or all; may be repeated')
      .meta({ completes: 'guest' }),
    except: z
      .array(guestPattern)
      .exactOptional()
      .describe('but not this one, named in the same ways; may be repeated')
      .meta({ completes: 'guest' }),
    keep: keepText.exactOptional().describe('how many are kept: hourly=24,daily=7,weekly=4,monthly=6'),
    memory: z.boolean().exactOptional().describe('with the memory of VMs that run'),
    systemd: z.boolean().default(false).describe('only print the systemd units that run it'),
  }),
  async *run(
    context,
    _resolved,
    { name, guest, except, keep, memory, systemd },
  ): AsyncGenerator<Event, ScheduleRow | string, void> {
    const place = contextOf(context);
    if (systemd) return timerUnits(place, process.env);
    const file = schedulesFile(context.config.file);
    const help = 'For example: `proxdeck snapshot schedule nightly --guest tag:prod --keep daily=7,weekly=4`.';
    if (name === undefined) throw new ProxdeckError('usage', 'Say what to call the schedule.', { hint: help });
    const all = await loadSchedules(file);
    const known = Object.hasOwn(all, name) ? all[name] : undefined;
    const guests = guest.length > 0 ? guest : known?.guests;
    const kept = keep ?? known?.keep;
    if (guests === undefined)
      throw new ProxdeckError('usage', 'Say which guests: --guest tag:prod, --guest 104.', { hint: help });
    if (kept === undefined)
      throw new ProxdeckError('usage', 'Say how many snapshots are kept: --keep daily=7.', { hint: help });
    const schedule: Schedule = {
      context: place,
      guests,
      except: except ?? known?.except ?? [],
      keep: kept,
      memory: memory ?? known?.memory ?? false,
    };
    await saveSchedule(file, name, schedule);
    yield { type: 'step', id: 'save', title: `save ${name} in ${file}`, state: 'done' };
    return { name, ...schedule };
  },
});

/** Lists the schedules of all clusters, out of `schedules.yaml`. */
export const listSchedules = operation({
  name: 'snapshot.schedules',
  summary: 'List the schedules of snapshots',
  risk: 'read',
  input: z.object({}),
  columns,
  async *run({ config }): AsyncGenerator<never, readonly ScheduleRow[], void> {
    const all = await loadSchedules(schedulesFile(config.file));
    return Object.entries(all).map(([name, schedule]) => ({ name, ...schedule }));
  },
});

/** Takes a schedule out of `schedules.yaml`; what it took stays. Throws `not-found`. */
export const forgetSchedule = operation({
  name: 'snapshot.unschedule',
  summary: 'Forget a schedule; its snapshots stay',
  risk: 'change',
  input: z.object({ name: scheduleName.describe('name of the schedule').meta({ positional: true }) }),
  async *run({ config }, _resolved, { name }): AsyncGenerator<Event, ScheduleRow, void> {
    const file = schedulesFile(config.file);
    const all = await loadSchedules(file);
    const known = Object.hasOwn(all, name) ? all[name] : undefined;
    if (known === undefined)
      throw new ProxdeckError('not-found', `There is no schedule ${name}.${didYouMean(name, Object.keys(all))}`, {
        hint: '`proxdeck snapshot schedules` lists them.',
      });
    await saveSchedule(file, name, undefined);
    yield { type: 'step', id: 'save', title: `take ${name} out of ${file}`, state: 'done' };
    return { name, ...known };
  },
});
