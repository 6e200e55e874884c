/** The roles that need not be written down: those of a small team. A file may change what they say, or name others. */

/** Amounts of what a guest can have: cores, and bytes. What is not named is not limited. */
export interface Amounts {
  readonly cores?: number;
  readonly memory?: number;
  readonly disk?: number;
}

/** What somebody may do with Proxdeck. */
export interface Role {
  /** Operations that change something, `guest.start` or `snapshot.*`; nothing else that changes anything is allowed. */
  readonly may: readonly string[];
  /** Operations that are not allowed all the same; here also those that only read count. */
  readonly may_not: readonly string[];
  /** Only guests of these pools; absent: all guests. */
  readonly pools?: readonly string[];
  /** What one guest may have. */
  readonly limits: Amounts;
  /** What all guests of its pools may have together. */
  readonly quota: Omit<Amounts, 'disk'>;
  /** What `access apply` lets it see: the whole cluster, or its pools only. */
  readonly sees: 'all' | 'pools';
}

const gibibyte = 2 ** 30;

const developer: Role = {
  may: [
    'guest.start',
    'guest.stop',
    'guest.shutdown',
    'guest.reboot',
    'guest.reset',
    'guest.suspend',
    'guest.resume',
    'guest.console',
    'guest.create',
    'guest.clone',
    'guest.set',
    'guest.resize',
    'snapshot.create',
    'snapshot.rollback',
    'snapshot.delete',
  ],
  may_not: [],
  limits: { cores: 4, memory: 8 * gibibyte },
  quota: { cores: 4, memory: 8 * gibibyte },
  sees: 'all',
};

/** What stands for a role until the file says otherwise. */
export const builtInRoles: Readonly<Record<string, Role>> = {
  developer,
  team_lead: {
    ...developer,
    may: [
      ...developer.may,
      'guest.delete',
      'guest.migrate',
      'guest.move-disk',
      'guest.template',
      'snapshot.*',
      'pool.set',
      'template.download',
      'storage.upload',
      'storage.download-url',
      'task.stop',
    ],
    limits: { cores: 8, memory: 16 * gibibyte },
    quota: { cores: 8, memory: 16 * gibibyte },
  },
  admin: { may: ['*'], may_not: [], limits: {}, quota: {}, sees: 'all' },
};

/** Of somebody whom the file does not name: may look, and change nothing. */
export const nobody: Role = { may: [], may_not: [], limits: {}, quota: {}, sees: 'pools' };
