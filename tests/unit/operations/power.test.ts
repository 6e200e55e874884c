import { describe, expect, it } from 'vitest';
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
    expect(startGuests.undo?.([], outcomes, { guests: ['101', '102'], wait: true })).toEqual({
      name: 'guest.shutdown',
      input: { guests: ['102'] },
    });
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
  it('lists what makes it more than it looks: locks, HA, the tag prod', async () => {
    const guests = [aGuest(101, { name: 'web', lock: 'backup', hastate: 'started', tags: ['prod'] })];
    const { context } = fakeContext({ resources: { guests } });
    const { hazards, calls } = await preview(stopGuests, { guests: ['web'] }, context);
    expect(hazards).toEqual([
      '101 web is locked (backup).',
      '101 web is managed by HA: the request goes to the HA manager.',
      '101 web is tagged prod.',
    ]);
    expect(calls).toEqual([{ method: 'POST', path: '/nodes/pve1/lxc/101/status/stop', parameters: {} }]);
  });
});
