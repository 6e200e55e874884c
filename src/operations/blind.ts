import type { Resources } from '../models/cluster.ts';
import type { Event } from './event.ts';

/**
 * A credential without rights gets no error but an empty cluster: nodes without figures and no guests (contract §8.1).
 * Returns the warning that says so, or undefined when there is something to see.
 */
export const blindness = ({ nodes, guests }: Resources): Extract<Event, { type: 'warning' }> | undefined => {
  const online = nodes.filter(({ status }) => status === 'online');
  if (guests.length > 0 || online.length === 0 || online.some(({ maxcpu }) => maxcpu !== undefined)) return undefined;
  return {
    type: 'warning',
    code: 'sees-nothing',
    message: 'The credential may see neither guests nor figures. With a token this is probably privilege separation.',
    hint:
      'Give the token its own rights on a node: `pveum acl modify / --tokens USER@REALM!ID --roles PVEAuditor`; ' +
      'the user needs them as well. Or make the token without privilege separation (`--privsep 0`).',
  };
};
