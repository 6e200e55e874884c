import { describe, expect, it } from 'vitest';
import { createClock } from '../../../src/simulator/clock.ts';
import { parseFixture } from '../../../src/simulator/fixture.ts';
import { createTaskEngine } from '../../../src/simulator/tasks.ts';
import { formatUpid, parseUpid } from '../../../src/simulator/upid.ts';

const now = 1_800_000_000;
const setUp = (speed = Infinity) => {
  const world = parseFixture('nodes: { pve1: { uptime: 100 } }', 'test.yaml', now);
  return { world, engine: createTaskEngine(world, createClock(speed, now)) };
};

describe('UPIDs', () => {
  const upid = 'UPID:pve1:0003D1A2:00C4E91F:68B0C2A5:vzstart:101:root@pam!tui:';

  it('go both ways', () => {
    const parts = parseUpid(upid);
    expect(parts).toMatchObject({ node: 'pve1', pid: 250274, type: 'vzstart', id: '101', user: 'root@pam!tui' });
    expect(parts === undefined ? '' : formatUpid(parts)).toBe(upid);
  });

  it('are refused when they break the grammar', () => {
    for (const bad of ['UPID:bogus', `${upid}x`, upid.slice(0, -1), 'UPID:pve1:1:2:3:a:b:c:'])
      expect(parseUpid(bad)).toBeUndefined();
  });
});

describe('workers', () => {
  it('answer first and work then, and end with TASK OK', async () => {
    const { world, engine } = setUp();
    const upid = engine.fork('root@pam', 'pve1', 'vzstart', '101', async (worker) => {
      worker.log('starting');
      await worker.sleep(5000);
    });
    const [task] = world.tasks;
    expect(task?.log).toEqual([]);
    expect(parseUpid(upid)).toMatchObject({ type: 'vzstart', starttime: now, id: '101', user: 'root@pam' });
    await engine.idle();
    expect(task).toMatchObject({ exitstatus: 'OK', log: ['starting', 'TASK OK'] });
    expect(world.clusterLog.map((entry) => entry.msg)).toEqual([`starting task ${upid}`, `end task ${upid} OK`]);
  });

  it('fail with the text of the error, line breaks turned into blanks', async () => {
    const { world, engine } = setUp();
    engine.fork('root@pam', 'pve1', 'vzstart', '101', () => Promise.reject(new Error('CT is locked\n(backup)\n')));
    await engine.idle();
    expect(world.tasks[0]).toMatchObject({
      exitstatus: 'CT is locked (backup)',
      log: ['TASK ERROR: CT is locked (backup)'],
    });
    expect(world.clusterLog.at(-1)?.pri).toBe(3);
  });

  it('succeed with warnings', async () => {
    const { world, engine } = setUp();
    engine.fork('root@pam', 'pve1', 'vzdump', '', async (worker) => {
      worker.log('WARN: first');
      worker.log('INFO: nothing');
      worker.log('WARN: second');
    });
    await engine.idle();
    expect(world.tasks[0]).toMatchObject({ exitstatus: 'WARNINGS: 2' });
    expect(world.tasks[0]?.log.at(-1)).toBe('TASK WARNINGS: 2');
  });

  it('stop when somebody aborts them, wherever they sleep', async () => {
    const { world, engine } = setUp(1);
    engine.fork('root@pam', 'pve1', 'vzdump', '', (worker) => worker.sleep(3_600_000));
    await Promise.resolve();
    world.tasks[0]?.abort?.abort();
    await engine.idle();
    expect(world.tasks[0]?.exitstatus).toBe('received interrupt');
  });

  it('all end when the simulator closes', async () => {
    const { world, engine } = setUp(1);
    for (const id of ['1', '2']) engine.fork('root@pam', 'pve1', 'vzdump', id, (worker) => worker.sleep(3_600_000));
    await engine.stop();
    expect(world.tasks.map((task) => task.exitstatus)).toEqual(['received interrupt', 'received interrupt']);
  });
});
