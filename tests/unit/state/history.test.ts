import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openState, type State } from '../../../src/state/state.ts';
import { emptyFolder } from './folder.ts';

const lab = { contextName: 'lab', address: 'https://lab:8006' };
const hour = 3_600_000;

const open = async (): Promise<State> => {
  const state = await openState(join(emptyFolder(), 'state.db'));
  onTestFinished(() => state.close());
  return state;
};

test('samples come back oldest first, from the wanted time on; a gap stays a gap', async () => {
  const { history } = await open();
  await history.append(lab, [
    { id: 'lxc/101', at: 300, cpu: Number.NaN, mem: 0.5 },
    { id: 'lxc/101', at: 200, cpu: 0.25, mem: 0.5 },
    { id: 'lxc/101', at: 100, cpu: 0.1, mem: 0.1 },
    { id: 'lxc/102', at: 200, cpu: 1, mem: 1 },
  ]);
  expect(await history.read(lab, 'lxc/101', 200)).toEqual([
    { id: 'lxc/101', at: 200, cpu: 0.25, mem: 0.5 },
    { id: 'lxc/101', at: 300, cpu: Number.NaN, mem: 0.5 },
  ]);
});

test('the same minute written twice (by two programs) is one sample', async () => {
  const { history } = await open();
  await history.append(lab, [{ id: 'lxc/101', at: 100, cpu: 0.1, mem: 0.1 }]);
  await history.append(lab, [{ id: 'lxc/101', at: 100, cpu: 0.3, mem: 0.2 }]);
  expect(await history.read(lab, 'lxc/101', 0)).toEqual([{ id: 'lxc/101', at: 100, cpu: 0.3, mem: 0.2 }]);
});

test('what is older than two hours is dropped', async () => {
  const { history } = await open();
  const sample = (at: number) => ({ id: 'node/pve1', at, cpu: 0.1, mem: 0.1 });
  await history.append(lab, [sample(0), sample(hour)]);
  await history.append(lab, [sample(2.5 * hour)]);
  expect((await history.read(lab, 'node/pve1', 0)).map(({ at }) => at)).toEqual([hour, 2.5 * hour]);
});

test('more samples than one statement can bind are written', async () => {
  const { history } = await open();
  const samples = Array.from({ length: 2_500 }, (_, index) => ({ id: `lxc/${index}`, at: 1, cpu: 0, mem: 0 }));
  await history.append(lab, samples);
  expect(await history.read(lab, 'lxc/2499', 0)).toHaveLength(1);
});

test('another cluster under the same name has its own history', async () => {
  const { history } = await open();
  await history.append(lab, [{ id: 'lxc/101', at: 1, cpu: 1, mem: 1 }]);
  expect(await history.read({ ...lab, address: 'https://other:8006' }, 'lxc/101', 0)).toEqual([]);
});
