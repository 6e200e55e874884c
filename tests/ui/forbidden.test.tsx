import { afterEach, expect, it } from 'vitest';
import { parseAccess, roleOf } from '../../src/config/access.ts';
import { operations } from '../../src/operations/catalog.ts';
import { learnedRole } from '../../src/faces/tui/forbidding.ts';
import { fakeSession, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const rules = `people:
  ada: tester
roles:
  tester:
    may: [guest.start, guest.stop]
`;

const openAs = async (text: string) => {
  const names = operations.map(({ name }) => name);
  const role = roleOf(parseAccess(text, '/home/ada/access.yaml', names), 'ada', 'homelab');
  const forbids = learnedRole(async () => role);
  // The file is read behind the question.
  await Promise.resolve();
  const session = { ...fakeSession(smallCluster()), forbids };
  screen = await openScreen({ columns: 120, rows: 40 }, { session });
  await screen.press('2', 'x');
  return screen;
};

it('what a role of Proxdeck’s own forbids stands in the menu of a guest with role and line', async () => {
  const shown = await openAs(rules);
  await expect.poll(() => shown.frame()).toMatch(/reboot +the role tester may not \(access\.yaml:5\)/);
  expect(shown.frame()).toMatch(/stop +at once, like pulling the plug/);
});

it('so does a guest of another pool', async () => {
  const shown = await openAs(`${rules}    pools: [nobodys]\n`);
  await expect.poll(() => shown.frame()).toMatch(/stop +is in no pool of the role tester \(access\.yaml:6\)/);
});
