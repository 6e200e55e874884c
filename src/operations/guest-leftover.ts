import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { readData } from './rows.ts';

const settings = z.looseObject({ lock: z.string().optional() });

type Half = Pick<Guest, 'vmid' | 'type' | 'node'>;

/** What of a guest is there after its making failed, and how to clean it. */
const sentence = async (context: Context, { vmid, type, node }: Half): Promise<string> => {
  try {
    const { lock } = settings.parse(await readData(context, `/nodes/${node}/${type}/${String(vmid)}/config`));
    const unlock =
      lock === undefined ? '' : `\`${type === 'lxc' ? 'pct' : 'qm'} unlock ${String(vmid)}\` on ${node}, then `;
    return `Left behind: ${String(vmid)} on ${node}${lock === undefined ? '' : `, locked (${lock})`}. To clean: ${unlock}\`proxdeck guest delete ${String(vmid)}\`.`;
  } catch (thrown) {
    const { code, message } = asProxdeckError(thrown);
    return code === 'not-found'
      ? 'Nothing was left behind.'
      : `Whether something was left behind is not known: ${message}`;
  }
};

/**
 * The error of a making that failed, with what was left behind. One that the server refused before it began, or that is only no
 * longer waited for, is returned as it is.
 */
export const leftBehind = async (context: Context, guest: Half, thrown: unknown): Promise<ProxdeckError> => {
  const error = asProxdeckError(thrown);
  if (error.code !== 'task-failed') return error;
  return new ProxdeckError(error.code, `${error.message} ${await sentence(context, guest)}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  });
};
