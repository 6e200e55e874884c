import { describe, expect, it } from 'vitest';
import type { Guest } from '../../../src/models/cluster.ts';
import { ProxdeckError } from '../../../src/models/error.ts';
import { IncompleteError } from '../../../src/operations/outcome.ts';
import { startGuests, stopGuests } from '../../../src/operations/power.ts';
import { perform, preview } from '../../../src/operations/runner.ts';
import { aGuest } from '../../support/cluster.ts';
import { fakeContext, recorder, twoGuests, upidOf, type Scene } from './fakes.ts';

const upidFor: Scene['reply'] = ({ path }) => upidOf(Number(path.split('/')[4]));
const bothRun = {
  [upidOf(101)]: { looks: [['one'], ['two', 'TASK OK']], exitstatus: 'OK' },
  [upidOf(102)]: { looks: [['TASK OK']], exitstatus: 'OK' },
};

describe('guest.start', () => {
  it('starts guests named by id and by name, follows both tasks and tells each line', async () => {
    const { context, calls } = fakeContext({ reply: upidFor, tasks: bothRun });
    const { events, emit } = recorder();
    const outcomes = await perform(startGuests, { guests: ['101', 'db', 'lxc/101'] }, context, { emit });
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /nodes/pve1/lxc/101/status/start',
      'POST /nodes/pve1/lxc/102/status/start',
    ]);
    expect(outcomes).toMatchObject([
      { vmid: 101, ok: true, changed: true, result: 'OK', upid: upidOf(101) },
      { vmid: 102, ok: true, changed: true, result: 'OK' },
    ]);
    expect(events.flatMap((event) => (event.type === 'line' ? [event.text] : []))).toEqual([
      'one',
      'two',
      'TASK OK',
      'TASK OK',
    ]);
    expect(events.flatMap((event) => (event.type === 'task' ? [event.upid] : []))).toEqual([upidOf(101), upidOf(102)]);
  });

  it('takes a guest that already runs as done, whether the call or the task says so', async () => {
    const { context } = fakeContext({
      reply: (call) => {
        if (call.path.includes('/101/')) throw new ProxdeckError('conflict', 'CT 101 already running');
        return upidFor(call);
      },
      tasks: { [upidOf(102)]: { looks: [[]], exitstatus: 'VM 102 already running' } },
    });
    expect(await perform(startGuests, { guests: ['101', '102'] }, context, recorder())).toMatchObject([
      { ok: true, changed: false, result: 'already running' },
      { ok: true, changed: false, result: 'already running' },
    ]);
  });

  it('tells what came of each guest when a part failed', async () => {
    const { context } = fakeContext({
      reply: (call) => {
        if (call.path.includes('/101/')) throw new ProxdeckError('locked', 'CT is locked (backup)', { hint: 'wait' });
        return upidFor(call);
      },
      tasks: bothRun,
    });
    const error = await perform(startGuests, { guests: ['101', '102'] }, context, recorder()).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(IncompleteError);
    expect(error).toMatchObject({
      code: 'partial',
      hint: 'wait',
      message: expect.stringContaining('101 web: CT is locked (backup)'),
      value: [
        { vmid: 101, ok: false },
        { vmid: 102, ok: true, result: 'OK' },
      ],
    });
  });

  it('keeps the code of the refusal when everything failed, and calls a failed task so', async () => {
    const refused = fakeContext({
      reply: () => {
        throw new ProxdeckError('permission', 'no');
      },
    });
    await expect(perform(startGuests, { guests: ['101'] }, refused.context, recorder())).rejects.toMatchObject({
      code: 'permission',
    });
    const failed = fakeContext({
      reply: upidFor,
      tasks: { [upidOf(101)]: { looks: [[]], exitstatus: 'startup failed' } },
    });
    await expect(perform(startGuests, { guests: ['101'] }, failed.context, recorder())).rejects.toMatchObject({
      code: 'task-failed',
      message: 'start failed. 101 web: startup failed',
    });
  });

  it('counts a task with warnings as success, and a request to HA as a request', async () => {
    const { context } = fakeContext({
      reply: ({ path }) => (path.includes('/101/') ? upidOf(101) : upidOf(102, 'hastart')),
      tasks: {
        [upidOf(101)]: { looks: [[]], exitstatus: 'WARNINGS: 2' },
        [upidOf(102, 'hastart')]: { looks: [[]], exitstatus: 'OK' },
      },
    });
    expect(await perform(startGuests, { guests: ['101', '102'] }, context, recorder())).toMatchObject([
      { ok: true, result: 'WARNINGS: 2' },
      { ok: true, result: 'requested from HA' },
    ]);
  });

  it('does not wait when it is told not to', async () => {
    const { context } = fakeContext({ reply: upidFor });
    expect(await perform(startGuests, { guests: ['101'], wait: false }, context, recorder())).toMatchObject([
      { result: 'started', upid: upidOf(101) },
    ]);
  });

  it('tells which tasks go on when the person stops waiting', async () => {
    const { context } = fakeContext({
      reply: upidFor,
      tasks: { ...bothRun, [upidOf(102)]: { looks: [[], []], exitstatus: 'OK' } },
      context: { sleep: async () => Promise.reject(new ProxdeckError('cancelled', 'Cancelled.')) },
    });
    await expect(perform(startGuests, { guests: ['101', '102'] }, context, recorder())).rejects.toMatchObject({
      code: 'cancelled',
      message: `No longer waiting. Still running on the server: ${upidOf(101)} ${upidOf(102)}`,
      value: [
        { vmid: 101, result: 'still running' },
        { vmid: 102, result: 'still running' },
      ],
    });
  });

  it('knows the opposite for what it changed', () => {
    const outcomes = [
      { vmid: 101, type: 'lxc', node: 'pve1', name: 'web', ok: true, changed: false, result: 'already running' },
      { vmid: 102, type: 'lxc', node: 'pve1', name: 'db', ok: true, changed: true, result: 'OK' },
    ];
    const input = { guests: ['101', '102'], wait: true, canary: false, watch: 15 };
    const chosen = { guests: [], barred: new Map() };
    expect(startGuests.undo?.(chosen, outcomes, input)).toEqual({
      name: 'guest.shutdown',
      input: { guests: ['102'] },
    });
    expect(startGuests.undo?.(chosen, outcomes.slice(0, 1), input)).toBeUndefined();
  });
});

describe('selecting guests', () => {
  it('says what was probably meant', async () => {
    const { context } = fakeContext();
    await expect(preview(startGuests, { guests: ['wep'] }, context)).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no guest wep. Did you mean web?',
    });
  });

  it('refuses a name that several guests have', async () => {
    const { context } = fakeContext({ resources: { guests: [...twoGuests.guests, aGuest(103, { name: 'web' })] } });
    await expect(preview(startGuests, { guests: ['web'] }, context)).rejects.toMatchObject({
      code: 'usage',
      message: 'web is the name of several guests: 101, 103.',
    });
  });
});

describe('guest.stop', () => {
  it('lists what makes it more than it looks: HA, the tag prod', async () => {
    const guests = [aGuest(101, { name: 'web', hastate: 'started', tags: ['prod'] })];
    const { context } = fakeContext({ resources: { guests } });
    const { hazards, calls } = await preview(stopGuests, { guests: ['web'] }, context);
    expect(hazards).toEqual([
      '101 web is managed by HA: the request goes to the HA manager.',
      '101 web is tagged prod.',
    ]);
    expect(calls).toEqual([{ method: 'POST', path: '/nodes/pve1/lxc/101/status/stop', parameters: {} }]);
  });
});

describe('what lies in the way is told before anything is sent', () => {
  const refusal = async (guests: Guest[], selectors = ['101']) => {
    const scene = fakeContext({
      resources: { guests },
      reply: ({ path }) => (path.endsWith('/status/current') ? { status: 'running', lock: 'backup' } : upidOf(101)),
    });
    const thrown: unknown = await preview(startGuests, { guests: selectors }, scene.context).catch(
      (error: unknown) => error,
    );
    expect(scene.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
    return thrown;
  };

  it('a template, a dead node, an error of HA, a lock', async () => {
    expect(await refusal([aGuest(101, { name: 'web', template: true })])).toMatchObject({
      code: 'conflict',
      message: '101 web is a template: it does not run.',
      hint: 'Clone it: `proxdeck guest clone 101`.',
    });
    expect(await refusal([aGuest(101, { name: 'web', node: 'pve2' })])).toMatchObject({
      code: 'unreachable',
      message: '101 web is on pve2, which is offline.',
    });
    expect(await refusal([aGuest(101, { name: 'web', hastate: 'error' })])).toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('ha-manager set ct:101 --state disabled'),
    });
    expect(await refusal([aGuest(101, { name: 'web', lock: 'backup' })])).toMatchObject({
      code: 'locked',
      message: '101 web is locked (backup).',
    });
  });

  it('but a hibernated VM is started although it is locked, and a lock that is gone is none', async () => {
    const guests = [aGuest(101, { type: 'qemu', id: 'qemu/101', name: 'vm', lock: 'suspended', status: 'stopped' })];
    const { context } = fakeContext({ resources: { guests } });
    expect((await preview(startGuests, { guests: ['101'] }, context)).calls).toHaveLength(1);
    const gone = fakeContext({
      resources: { guests: [aGuest(101, { name: 'web', lock: 'snapshot' })] },
      reply: () => ({ status: 'running' }),
    });
    expect((await preview(stopGuests, { guests: ['101'] }, gone.context)).calls).toHaveLength(1);
  });

  it('of several, those that it can be done to are, and the others are named before', async () => {
    const scene = fakeContext({
      resources: { guests: [aGuest(101, { name: 'web', node: 'pve2' }), aGuest(102, { name: 'db' })] },
      reply: upidFor,
      tasks: bothRun,
    });
    const { hazards, calls } = await preview(startGuests, { guests: ['101', '102'] }, scene.context);
    expect(hazards).toEqual(['Left out: 101 web is on pve2, which is offline.']);
    expect(calls).toHaveLength(1);
    await expect(perform(startGuests, { guests: ['101', '102'] }, scene.context, recorder())).rejects.toMatchObject({
      code: 'partial',
      value: [
        { vmid: 101, ok: false, changed: false, result: '101 web is on pve2, which is offline.' },
        { vmid: 102, ok: true },
      ],
    });
    expect(scene.calls.map(({ path }) => path)).toEqual(['/nodes/pve1/lxc/102/status/start']);
  });
});

describe('the first one alone (--canary)', () => {
  /** What `status/current` says of the first one, look by look; the last stays. */
  const scene = (looks: readonly Readonly<Record<string, unknown>>[], agent: () => unknown = () => ({})) => {
    let look = 0;
    const type = looks.some((one) => 'agent' in one) ? 'qemu' : 'lxc';
    return fakeContext({
      resources: {
        guests: [
          aGuest(101, { name: 'web', type, id: `${type}/101` }),
          aGuest(102, { name: 'db' }),
          aGuest(103, { name: 'mail' }),
        ],
      },
      reply: (call) => {
        if (call.path.endsWith('/agent/ping')) return agent();
        if (call.path.endsWith('/status/current')) return looks[Math.min(look++, looks.length - 1)];
        return upidFor(call);
      },
      tasks: { ...bothRun, [upidOf(103)]: { looks: [[]], exitstatus: 'OK' } },
    });
  };
  const orders = ({ calls }: ReturnType<typeof scene>): readonly string[] =>
    calls.flatMap(({ path }) => (path.endsWith('/status/start') ? [path.split('/')[4] ?? ''] : []));
  const start = { guests: ['101', '102', '103'], canary: true, watch: 4 };

  it('waits until it runs and stayed so, then the rest follow', async () => {
    const at = scene([{ status: 'stopped' }, { status: 'running', uptime: 1 }, { status: 'running', uptime: 3 }]);
    const { events, emit } = recorder();
    expect(await perform(startGuests, start, at.context, { emit })).toMatchObject([
      { vmid: 101, ok: true },
      { vmid: 102, ok: true },
      { vmid: 103, ok: true },
    ]);
    const looks = at.calls.map(({ path }) => path.split('/').at(-1));
    expect(looks).toEqual(['start', 'current', 'current', 'current', 'current', 'start', 'start']);
    expect(events).toContainEqual({
      type: 'step',
      id: 'canary lxc/101',
      title: 'wait until 101 web is well',
      state: 'done',
    });
    expect(events.filter(({ type }) => type === 'progress')).toEqual([
      { type: 'progress', done: 0, total: 4, unit: 'seconds' },
      { type: 'progress', done: 2, total: 4, unit: 'seconds' },
    ]);
  });

  it.each([
    ['goes down again', [{ status: 'running', uptime: 1 }, { status: 'stopped' }], 'it is stopped, not running'],
    [
      'starts anew by itself',
      [
        { status: 'running', uptime: 40 },
        { status: 'running', uptime: 2 },
      ],
      'it started anew by itself',
    ],
    ['never comes up', [{ status: 'stopped' }], 'it is stopped, not running'],
  ])('leaves the rest alone when it %s', async (_what, looks, why) => {
    const at = scene(looks);
    await expect(perform(startGuests, start, at.context, recorder())).rejects.toMatchObject({
      code: 'partial',
      message: `start: the first one, 101 web, is not well: ${why}. Not begun: 102 db, 103 mail.`,
      value: [
        { vmid: 101, ok: false, changed: true, result: why },
        { vmid: 102, ok: false, changed: false, result: 'not begun' },
        { vmid: 103, ok: false, changed: false, result: 'not begun' },
      ],
    });
    expect(orders(at)).toEqual(['101']);
  });

  it('asks the agent of a VM that has one, and is not held up where it may not', async () => {
    const running = [{ status: 'running', qmpstatus: 'running', uptime: 9, agent: 1 }];
    const mute = scene(running, () => {
      throw new ProxdeckError('server', 'QEMU guest agent is not running');
    });
    await expect(perform(startGuests, start, mute.context, recorder())).rejects.toMatchObject({
      message: expect.stringContaining('its agent does not answer'),
    });
    const barred = scene(running, () => {
      throw new ProxdeckError('permission', 'no');
    });
    await perform(startGuests, start, barred.context, recorder());
    expect(orders(barred)).toEqual(['101', '102', '103']);
  });

  it('leaves the rest alone when its task fails', async () => {
    const at = fakeContext({
      reply: upidFor,
      tasks: { ...bothRun, [upidOf(101)]: { looks: [[]], exitstatus: 'startup failed' } },
    });
    const given = { guests: ['101', '102'], canary: true };
    await expect(perform(startGuests, given, at.context, recorder())).rejects.toMatchObject({
      code: 'partial',
      message: 'start: the first one, 101 web, is not well: startup failed. Not begun: 102 db.',
    });
    expect(at.calls).toHaveLength(1);
  });

  it('is nothing special for one guest, and cannot be had without waiting', async () => {
    const { context, calls } = fakeContext({ reply: upidFor, tasks: bothRun });
    await perform(startGuests, { guests: ['101'], canary: true }, context, recorder());
    expect(calls).toHaveLength(1);
    await expect(preview(startGuests, { ...start, wait: false }, context)).rejects.toMatchObject({ code: 'usage' });
  });

  it('says what was not begun when a person stops waiting', async () => {
    const at = scene([{ status: 'stopped' }]);
    const stopAt = (part: string) => async (): Promise<void> => {
      if (at.calls.at(-1)?.path.endsWith(part) === true) throw new ProxdeckError('cancelled', 'Cancelled.');
    };
    await expect(
      perform(startGuests, start, { ...at.context, sleep: stopAt('/current') }, recorder()),
    ).rejects.toMatchObject({
      code: 'cancelled',
      message: 'No longer waiting. Not begun: 102 db, 103 mail.',
      value: [{ vmid: 101, ok: true }, { result: 'not begun' }, { result: 'not begun' }],
    });
    const early = fakeContext({ reply: upidFor, tasks: { [upidOf(101)]: { looks: [[], []], exitstatus: 'OK' } } });
    const sleep = async (): Promise<void> => Promise.reject(new ProxdeckError('cancelled', 'Cancelled.'));
    const given = { guests: ['101', '102'], canary: true };
    await expect(perform(startGuests, given, { ...early.context, sleep }, recorder())).rejects.toMatchObject({
      code: 'cancelled',
      message: `No longer waiting. Still running on the server: ${upidOf(101)} Not begun: 102 db.`,
    });
  });
});
