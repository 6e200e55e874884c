import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openState } from '../../../src/state/state.ts';
import { emptyFolder } from './folder.ts';

const lab = { contextName: 'lab', address: 'https://lab:8006' };
const other = { contextName: 'lab', address: 'https://other:8006' };
const day = 86_400_000;

const fact = (subject: string, at: number, value: unknown = { quorate: true }) => ({
  kind: 'quorum',
  subject,
  at,
  value,
});

test('facts come back after the database was closed, each cluster its own', async () => {
  const path = join(emptyFolder(), 'state.db');
  const first = await openState(path);
  await first.facts.save(lab, [fact('', 10), { kind: 'addresses', subject: '104', at: 20, value: ['10.0.0.4'] }]);
  await first.facts.save(other, [fact('', 30)]);
  await first.close();
  const state = await openState(path);
  onTestFinished(() => state.close());
  expect(await state.facts.load(lab)).toEqual([
    { kind: 'addresses', subject: '104', at: 20, value: ['10.0.0.4'] },
    fact('', 10),
  ]);
  expect(await state.facts.load(other)).toEqual([fact('', 30)]);
});

test('a newer fact takes the place of the older; what nobody renewed for 90 days goes', async () => {
  const state = await openState(join(emptyFolder(), 'state.db'));
  onTestFinished(() => state.close());
  await state.facts.save(lab, [fact('', day), fact('old', day), fact('young', 3 * day)]);
  await state.facts.save(lab, [fact('', 92 * day, { quorate: false })]);
  expect(await state.facts.load(lab)).toEqual([fact('', 92 * day, { quorate: false }), fact('young', 3 * day)]);
});

test('what is not there any more is forgotten', async () => {
  const state = await openState(join(emptyFolder(), 'state.db'));
  onTestFinished(() => state.close());
  await state.facts.save(lab, [fact('pve1', 1), fact('pve2', 1)]);
  await state.facts.save(other, [fact('pve1', 1)]);
  await state.facts.forget(lab, [{ kind: 'quorum', subject: 'pve1' }]);
  expect(await state.facts.load(lab)).toEqual([fact('pve2', 1)]);
  expect(await state.facts.load(other)).toEqual([fact('pve1', 1)]);
});
