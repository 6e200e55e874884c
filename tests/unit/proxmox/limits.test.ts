import { describe, expect, test } from 'vitest';
import { createNodeLimits, nodeOfPath } from '../../../src/proxmox/limits.ts';
import { clientOf, errorOf, sendJson, startServer } from './server.ts';

const call = (signal = new AbortController().signal) =>
  ({ method: 'GET', path: '/nodes/pve1/status', signal }) as const;

/** Work that says when it began and ends when it is told to. */
const makeWork = () => {
  const end = Promise.withResolvers<string>();
  const state = { begun: false };
  const work = (): Promise<string> => {
    state.begun = true;
    return end.promise;
  };
  return { state, work, end: () => end.resolve('done') };
};

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('calls in flight', () => {
  test('two to a node, the third when one of them ends; other nodes do not wait', async () => {
    const limits = createNodeLimits(2);
    const works = [makeWork(), makeWork(), makeWork(), makeWork()] as const;
    const [one, two, three, elsewhere] = works;
    const runs = [
      limits.run('pve1', call(), one.work),
      limits.run('pve1', call(), two.work),
      limits.run('pve1', call(), three.work),
      limits.run('pve2', call(), elsewhere.work),
    ];
    await settle();
    expect(works.map(({ state }) => state.begun)).toEqual([true, true, false, true]);
    two.end();
    await runs[1];
    await settle();
    expect(three.state.begun).toBe(true);
    for (const work of works) work.end();
    expect(await Promise.all(runs)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('a failed call gives its place back', async () => {
    const limits = createNodeLimits(1);
    await errorOf(limits.run('pve1', call(), () => Promise.reject(new Error('no'))));
    expect(await limits.run('pve1', call(), async () => 'next')).toBe('next');
  });

  test('a caller that gives up while it waits leaves the queue', async () => {
    const limits = createNodeLimits(1);
    const [first, given, last] = [makeWork(), makeWork(), makeWork()];
    const controller = new AbortController();
    const running = limits.run('pve1', call(), first.work);
    const waiting = errorOf(limits.run('pve1', call(controller.signal), given.work));
    const behind = limits.run('pve1', call(), last.work);
    controller.abort();
    expect(await waiting).toMatchObject({ kind: 'cancelled' });
    first.end();
    last.end();
    expect(await Promise.all([running, behind])).toEqual(['done', 'done']);
    expect(given.state.begun).toBe(false);
  });
});

describe('offline nodes', () => {
  test('are asked nothing, and the error names the node', async () => {
    const limits = createNodeLimits(2);
    limits.setOffline(new Set(['pve3']));
    const work = makeWork();
    const error = await errorOf(limits.run('pve3', { ...call(), path: '/nodes/pve3/status' }, work.work));
    expect(error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('pve3') });
    expect(work.state.begun).toBe(false);
  });

  test('calls that wait for a node are refused when it goes offline', async () => {
    const limits = createNodeLimits(1);
    const [first, second] = [makeWork(), makeWork()];
    const running = limits.run('pve1', call(), first.work);
    const waiting = errorOf(limits.run('pve1', call(), second.work));
    limits.setOffline(new Set(['pve1']));
    expect(await waiting).toMatchObject({ kind: 'unreachable' });
    first.end();
    await running;
    expect(second.state.begun).toBe(false);
  });

  test('are asked again when they are back', async () => {
    const limits = createNodeLimits(1);
    limits.setOffline(new Set(['pve1']));
    limits.setOffline(new Set());
    expect(await limits.run('pve1', call(), async () => 'back')).toBe('back');
  });
});

test.each([
  ['/nodes/pve1/lxc/101/config', 'pve1'],
  ['/nodes/pve-2', 'pve-2'],
  ['/nodes', undefined],
  ['/cluster/resources', undefined],
  ['/nodes/pve1/rrddata', undefined],
  ['/nodes/pve1/lxc/101/rrddata', undefined],
  ['/nodes/pve1/storage/local/rrddata', 'pve1'],
])('the node of %s is %s', (path, node) => {
  expect(nodeOfPath(path)).toBe(node);
});

test('the client holds the third call to a node back, and asks an offline node nothing', async () => {
  const answers: (() => void)[] = [];
  const server = await startServer((_request, response) => {
    answers.push(() => sendJson(response, { data: null }));
  });
  const client = clientOf([server.address]);
  try {
    const calls = [1, 2, 3].map((vmid) => client.request('GET', `/nodes/pve1/lxc/${vmid}/config`));
    const other = client.request('GET', '/nodes/pve2/status');
    await server.arrived(3);
    expect(server.seen.map(({ target }) => target).toSorted()).toEqual([
      '/nodes/pve1/lxc/1/config',
      '/nodes/pve1/lxc/2/config',
      '/nodes/pve2/status',
    ]);
    for (const answer of answers.splice(0)) answer();
    await server.arrived(4);
    for (const answer of answers.splice(0)) answer();
    await Promise.all([...calls, other]);

    client.setOfflineNodes(new Set(['pve1']));
    expect(await errorOf(client.request('GET', '/nodes/pve1/status'))).toMatchObject({ kind: 'unreachable' });
    expect(server.seen).toHaveLength(4);
  } finally {
    client.close();
    await server.close();
  }
});
