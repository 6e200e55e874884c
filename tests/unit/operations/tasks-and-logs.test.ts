import { describe, expect, it, vi } from 'vitest';
import type { InputOf, OperationName, ResultOf } from '../../../src/operations/catalog.ts';
import { run } from '../../../src/operations/runner.ts';
import { ProxmoxError } from '../../../src/proxmox/errors.ts';
import { ClusterLab, labTime } from '../../support/cluster-lab.ts';
import { fakeContext, recorder } from './fakes.ts';

const fixture = `
nodes: { pve1: { cpus: 4 }, pve2: { cpus: 4 } }
users: { alice@pve: {} }
tasks:
  - { node: pve1, type: vzdump, id: 101, ago: 1h, seconds: 60, status: job errors }
  - { node: pve1, type: vzstart, id: 101, ago: 3h, seconds: 2, user: alice@pve }
  - { node: pve1, type: vzstop, id: 101, ago: 30h, seconds: 2 }
  - { node: pve1, type: aptupdate, ago: 60h, seconds: 2, status: 'WARNINGS: 1' }
  - { node: pve2, type: vzstart, id: 102, ago: 2h, seconds: 2 }
`;

const ask = async <Name extends OperationName>(
  name: Name,
  input: InputOf<Name>,
  as = 'root@pam',
): Promise<ResultOf<Name>> => {
  const lab = new ClusterLab(fixture);
  const { context, client } = fakeContext();
  vi.spyOn(client, 'request').mockImplementation(async (method, route, parameters = {}) => {
    const { status, reason, data } = await lab.ask(`${method} ${route}`, { ...parameters }, as);
    if (status >= 400) throw new ProxmoxError('server', reason, { status });
    return { data };
  });
  return run({ name, input }, { ...context, now: () => labTime * 1000 }, recorder());
};

const types = (tasks: readonly { type: string }[]): string[] => tasks.map(({ type }) => type);

describe('the tasks of a node', () => {
  it('come newest first, a page at a time', async () => {
    expect(types(await ask('task.list', { node: 'pve1' }))).toEqual(['vzdump', 'vzstart', 'vzstop', 'aptupdate']);
    expect(types(await ask('task.list', { node: 'pve1', start: 1, limit: 2 }))).toEqual(['vzstart', 'vzstop']);
    expect(await ask('task.list', { node: 'pve1', start: 4 })).toEqual([]);
  });

  it('are told apart by type, user, time and success', async () => {
    expect(types(await ask('task.list', { node: 'pve1', type: 'vzstop' }))).toEqual(['vzstop']);
    expect(types(await ask('task.list', { node: 'pve1', user: 'ALICE' }))).toEqual(['vzstart']);
    expect(types(await ask('task.list', { node: 'pve1', since: '1d' }))).toEqual(['vzdump', 'vzstart']);
    expect(types(await ask('task.list', { node: 'pve1', since: '2026-11-19' }))).toEqual([
      'vzdump',
      'vzstart',
      'vzstop',
    ]);
    expect(types(await ask('task.list', { node: 'pve1', errors: true }))).toEqual(['vzdump']);
  });

  it('says what a time looks like when it is none', async () => {
    await expect(ask('task.list', { node: 'pve1', since: 'yesterdayish' })).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('2h'),
    });
  });
});

describe('the log of the cluster', () => {
  it('tells when tasks began and how they ended, oldest first', async () => {
    const lines = await ask('cluster.log', { lines: 3 });
    expect(lines.map(({ time }) => time)).toEqual(lines.map(({ time }) => time).toSorted((a, b) => a - b));
    expect(lines.at(-1)).toMatchObject({ node: 'pve1', pri: 3, tag: 'pvedaemon', user: 'root@pam' });
    expect(lines.at(-1)?.msg).toMatch(/^end task UPID:pve1:\S+:vzdump:101:root@pam: job errors$/);
  });

  it('shows a login without Sys.Syslog its own lines only', async () => {
    const lines = await ask('cluster.log', {}, 'alice@pve');
    expect(lines.length).toBeGreaterThan(0);
    expect(new Set(lines.map(({ user }) => user))).toEqual(new Set(['alice@pve']));
  });
});
