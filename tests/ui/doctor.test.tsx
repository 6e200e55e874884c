import { afterEach, describe, expect, it } from 'vitest';
import { ProxdeckError } from '../../src/models/error.ts';
import { IncompleteError } from '../../src/operations/outcome.ts';
import type { InputOf, OperationName, ResultOf } from '../../src/operations/catalog.ts';
import { fakeSession, smallCluster } from '../support/cluster.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';

type Findings = ResultOf<'doctor'>;

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const findings: Findings = [
  { check: 'program', state: 'pass', detail: 'Proxdeck 0.1.0' },
  {
    check: 'configuration',
    state: 'warn',
    detail: 'Others can read config.yaml, which holds secrets.',
    hint: 'chmod 600 config.yaml',
  },
];

const open = async (answer: () => Findings, columns = 120, rows = 40) => {
  let asked = 0;
  const session = fakeSession(smallCluster(), {
    ask: async <Name extends OperationName>(name: Name, _input: InputOf<Name>): Promise<ResultOf<Name>> => {
      if (name !== 'doctor') throw new ProxdeckError('internal', 'not asked here');
      asked += 1;
      return answer() as ResultOf<Name>;
    },
  });
  screen = await openScreen({ columns, rows }, { session });
  screen.app.show('doctor');
  await screen.app.navigation.arriving;
  await settle();
  return { screen, asked: () => asked };
};

describe('the doctor', () => {
  it.each([
    [80, 24],
    [120, 40],
  ])('says at %i×%i what was found, and what to do about it', async (columns, rows) => {
    const { screen: shown } = await open(() => findings, columns, rows);
    await expect.poll(() => shown.frame()).toMatch(/● fine +program +Proxdeck 0.1.0/);
    expect(shown.frame()).toMatch(/▲ look +configuration +Others can read/);
    await shown.press('j', '\r');
    expect(shown.frame()).toContain('chmod 600 config.yaml');
  });

  it('asks again with R', async () => {
    const { screen: shown, asked } = await open(() => findings);
    await expect.poll(asked).toBe(1);
    await shown.press('R');
    await expect.poll(asked).toBe(2);
  });

  it('shows what it found although one check failed', async () => {
    const broken: Findings = [...findings, { check: 'connection', state: 'fail', detail: 'pve1 refuses.' }];
    const { screen: shown } = await open(() => {
      throw new IncompleteError('unreachable', 'pve1 refuses.', broken);
    });
    await expect.poll(() => shown.frame()).toMatch(/✖ broken +connection +pve1 refuses/);
    await shown.press('!');
    expect(shown.frame()).not.toContain('● fine');
  });

  it('says when it cannot even ask', async () => {
    const { screen: shown } = await open(() => {
      throw new ProxdeckError('timeout', 'It took too long.');
    });
    await expect.poll(() => shown.frame()).toContain('It took too long.');
  });
});
