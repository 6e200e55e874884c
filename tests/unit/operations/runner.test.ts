import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { catalog, operations } from '../../../src/operations/catalog.ts';
import { operation, type Risk } from '../../../src/operations/operation.ts';
import { perform, preview, run, type Question } from '../../../src/operations/runner.ts';
import { fakeContext, recorder } from './fakes.ts';

const anOperation = (risk: Risk, more: { hazards?: readonly string[]; fails?: boolean } = {}) =>
  operation({
    name: 'test.do',
    summary: 'Do it',
    risk,
    input: z.object({
      times: z.coerce.number().int().default(1),
      token: z.string().exactOptional().meta({ secret: true }),
      parameters: z.array(z.string()).default([]),
    }),
    needs: () => [{ path: '/vms/104', privilege: 'VM.PowerMgmt' }],
    hazards: () => more.hazards ?? [],
    preview: () => [{ method: 'POST' as const, path: '/done' }],
    async *run(_context, _resolved, { times }) {
      for (let n = 1; n <= times; n += 1) yield { type: 'line', source: 'test', text: String(n) };
      if (more.fails === true) throw new Error('it broke');
      return { times };
    },
  });

describe('the runner', () => {
  it('emits the events in order and returns the result', async () => {
    const { events, emit } = recorder();
    const { context } = fakeContext();
    expect(await perform(anOperation('read'), { times: '3' }, context, { emit })).toEqual({ times: 3 });
    expect(events.map((event) => event.type === 'line' && event.text)).toEqual(['1', '2', '3']);
  });

  it('refuses input that the schema does not take, naming the field', async () => {
    const { context } = fakeContext();
    await expect(perform(anOperation('read'), { times: 'many' }, context, recorder())).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('times'),
    });
  });

  it('refuses a change in a read-only session, before anything is resolved or written', async () => {
    const { context, audited } = fakeContext({ context: { readOnly: true } });
    await expect(perform(anOperation('change'), {}, context, recorder())).rejects.toMatchObject({ code: 'read-only' });
    expect(await perform(anOperation('read'), {}, context, recorder())).toEqual({ times: 1 });
    expect(audited).toEqual([]);
  });

  it('does nothing destructive when nobody can be asked, or when somebody says no', async () => {
    const { context, audited } = fakeContext();
    const { events, emit } = recorder();
    await expect(perform(anOperation('destroy'), {}, context, { emit })).rejects.toMatchObject({ code: 'unconfirmed' });
    await expect(
      perform(anOperation('destroy'), {}, context, { emit, confirm: async () => false }),
    ).rejects.toMatchObject({ code: 'unconfirmed' });
    expect(events).toEqual([]);
    expect(audited).toEqual([]);
  });

  it('asks with hazards and calls, and goes on after a yes', async () => {
    const asked: Question[] = [];
    const { context } = fakeContext();
    const confirm = async (question: Question) => asked.push(question) > 0;
    expect(
      await perform(anOperation('destroy', { hazards: ['it runs'] }), {}, context, { ...recorder(), confirm }),
    ).toEqual({ times: 1 });
    expect(asked).toMatchObject([
      { operation: 'test.do', risk: 'destroy', hazards: ['it runs'], calls: [{ method: 'POST', path: '/done' }] },
    ]);
  });

  it('asks before a change only when there are hazards; where nobody can be asked they are warnings', async () => {
    const { context } = fakeContext();
    let asked = 0;
    const confirm = async () => (asked += 1) > 0;
    await perform(anOperation('change'), {}, context, { ...recorder(), confirm });
    expect(asked).toBe(0);
    await perform(anOperation('change', { hazards: ['it is tagged prod'] }), {}, context, { ...recorder(), confirm });
    expect(asked).toBe(1);
    const { events, emit } = recorder();
    await perform(anOperation('change', { hazards: ['it is tagged prod'] }), {}, context, { emit });
    expect(events[0]).toEqual({ type: 'warning', code: 'hazard', message: 'it is tagged prod' });
  });

  it('writes a line of the audit trail before and after a change, with secrets masked', async () => {
    const { context, audited } = fakeContext();
    await perform(
      anOperation('change'),
      { token: 'hush', parameters: ['password=hush', 'comment=hello'] },
      context,
      recorder(),
    );
    expect(audited.map(({ result }) => result)).toEqual(['started', 'ok']);
    expect(audited[1]).toMatchObject({
      operation: 'test.do',
      context: 'home',
      who: 'ada as root@pam!test',
      input: { times: 1, token: '***', parameters: ['password=***', 'comment=hello'] },
    });
    expect(audited[1]?.durationMs).toBeGreaterThan(0);
    expect(JSON.stringify(audited)).not.toContain('hush');
  });

  it('writes down why a change failed, and throws on', async () => {
    const { context, audited } = fakeContext();
    await expect(perform(anOperation('change', { fails: true }), {}, context, recorder())).rejects.toThrow('it broke');
    expect(audited.at(-1)).toMatchObject({ result: 'internal', message: 'it broke' });
  });

  it('does the work although the audit trail cannot be written, and warns', async () => {
    const { context } = fakeContext({ context: { state: async () => Promise.reject(new Error('disk full')) } });
    const { events, emit } = recorder();
    expect(await perform(anOperation('change'), {}, context, { emit })).toEqual({ times: 1 });
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(2);
  });

  it('refuses what the known permissions do not allow, naming privilege and path', async () => {
    const none = fakeContext({ context: { permissions: () => ({ '/': { 'VM.Audit': 1 } }) } });
    await expect(perform(anOperation('change'), {}, none.context, recorder())).rejects.toMatchObject({
      code: 'permission',
      message: 'test.do needs VM.PowerMgmt on /vms/104.',
    });
    const held = fakeContext({ context: { permissions: () => ({ '/vms': { 'VM.PowerMgmt': 1 } }) } });
    expect(await perform(anOperation('change'), {}, held.context, recorder())).toEqual({ times: 1 });
  });

  it('previews without asking, working or writing', async () => {
    const { context, audited } = fakeContext();
    expect(await preview(anOperation('destroy', { hazards: ['gone'] }), {}, context)).toMatchObject({
      hazards: ['gone'],
      calls: [{ path: '/done' }],
    });
    expect(audited).toEqual([]);
  });

  it('runs a call by name with the types of its operation', async () => {
    const { context } = fakeContext();
    const guests = await run({ name: 'guest.list', input: { status: 'stopped' } }, context, recorder());
    expect(guests.map(({ vmid }) => vmid)).toEqual([102]);
  });
});

describe('the catalogue', () => {
  it.each(operations.map((entry) => [entry.name, entry] as const))(
    '%s says of itself what its operation says',
    async (name, entry) => {
      const { name: own, summary, risk } = await entry.load();
      expect({ name: own, summary, risk }).toEqual({ name, summary: entry.summary, risk: entry.risk });
    },
  );

  it('has only nouns with verbs, but for connect, doctor and version', () => {
    expect(Object.keys(catalog).filter((name) => !/^[a-z]+\.[a-z]+(?:-[a-z]+)*$/.test(name))).toEqual([
      'connect',
      'doctor',
      'version',
    ]);
  });
});
