import { expect, it } from 'vitest';
import { documentedList, handledList } from '../../support/handled.ts';

it('docs/simulator.md lists what the routes handle (renew it with `node tests/support/handled.ts`)', () => {
  expect(documentedList()).toBe(handledList());
});
