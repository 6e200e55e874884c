import { describe, expect, it } from 'vitest';
import { learnedPermissions } from '../../../src/faces/tui/permissions.ts';
import type { Permissions } from '../../../src/operations/privileges.ts';

const viewer: Permissions = { '/vms': { 'VM.Audit': 1 } };
const operator: Permissions = { '/vms': { 'VM.Audit': 1, 'VM.PowerMgmt': 1 } };

/** A login whose permissions come when the test says so. */
const lab = () => {
  let now = 0;
  const asked: { readonly answer: (permissions: Permissions) => void; readonly fail: (error: Error) => void }[] = [];
  const known = learnedPermissions(
    () => new Promise((answer, fail) => asked.push({ answer, fail })),
    () => now,
  );
  return {
    known,
    asked,
    pass: (ms: number) => {
      now += ms;
    },
  };
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('permissions of a session', () => {
  it('are asked by the first question, once, and known when they came', async () => {
    const { known, asked } = lab();
    expect(asked).toHaveLength(0);
    expect(known()).toBeUndefined();
    expect(known()).toBeUndefined();
    expect(asked).toHaveLength(1);
    asked[0]?.answer(viewer);
    await settled();
    expect(known()).toEqual(viewer);
    expect(asked).toHaveLength(1);
  });

  it('are read again after a while, the known ones counting meanwhile', async () => {
    const { known, asked, pass } = lab();
    known();
    asked[0]?.answer(viewer);
    await settled();
    pass(300_000);
    expect(known()).toEqual(viewer);
    expect(asked).toHaveLength(2);
    asked[1]?.answer(operator);
    await settled();
    expect(known()).toEqual(operator);
  });

  it('stay unknown when they cannot be read, and are not asked in a hurry', async () => {
    const { known, asked, pass } = lab();
    known();
    asked[0]?.fail(new Error('the node is away'));
    await settled();
    expect(known()).toBeUndefined();
    pass(1000);
    known();
    expect(asked).toHaveLength(1);
  });
});
