import { describe, expect, it } from 'vitest';
import { createLook } from '../../../components/look.ts';
import { withoutColours } from '../../../components/styled.ts';
import type { TableColumn } from '../../../components/table.ts';
import { widthOf } from '../../../components/text.ts';
import { ruleText } from '../../../screens/cluster/ha.ts';
import { tableLines } from '../../../screens/detailTable.ts';
import { factLines } from '../../../screens/factsOf.ts';
import { diskState } from '../../../screens/nodes/diskState.ts';
import { journalText } from '../../../screens/nodes/journalText.ts';
import { kernelText, subscriptionText, versionText } from '../../../screens/nodes/words.ts';

const look = createLook({ colour: true, unicode: true });

describe('the health of a disk', () => {
  it.each([
    ['PASSED', 'passed', 'ok'],
    ['OK', 'passed', 'ok'],
    ['FAILED!', 'failing', 'error'],
    ['UNKNOWN', 'not told', 'muted'],
    [undefined, 'not told', 'muted'],
    ['SMART Disabled', 'smart disabled', 'warn'],
  ])('%s is %s', (health, word, token) => {
    expect(diskState({ health })).toMatchObject({ word, token });
  });
});

describe('a rule of high availability as a sentence', () => {
  it.each([
    [{ type: 'resource-affinity', affinity: 'negative', resources: 'ct:1,ct:2' }, 'ct:1, ct:2 never on the same node'],
    [{ type: 'resource-affinity', affinity: 'positive', resources: 'ct:1,ct:2' }, 'ct:1, ct:2 always on the same node'],
    [{ type: 'node-affinity', resources: 'vm:1', nodes: 'b:1,a:2,c:1' }, 'vm:1 on a, then b or c'],
    [{ type: 'node-affinity', resources: 'vm:1', nodes: 'a', strict: true }, 'vm:1 on a, nowhere else'],
    [{ type: 'group', nodes: 'a,b' }, 'its guests on a or b'],
  ])('%j', (rule, sentence) => {
    expect(ruleText({ rule: 'x', ...rule })).toBe(sentence);
  });
});

describe('what a node says of itself', () => {
  it('is told without what nobody reads', () => {
    expect(versionText('pve-manager/9.2.11/14a22df3')).toBe('Proxmox VE 9.2.11');
    expect(versionText('9.2')).toBe('9.2');
    expect(kernelText('Linux 6.17.4-1-pve #1 SMP')).toBe('Linux 6.17.4-1-pve');
    expect(subscriptionText({ status: 'notfound' })).toBe('no subscription');
    expect(subscriptionText({ status: 'expired', productname: 'Basic' })).toBe('expired, Basic');
  });
});

describe('a line of a journal', () => {
  const now = new Date(2026, 10, 21, 12, 0, 0).getTime();

  it.each([
    ['Nov 21 08:29:51 pve1 smartd[801]: hi', '08:29:51 smartd[801]: hi'],
    ['Nov 20 08:29:51 pve1 smartd[801]: hi', 'Nov 20 08:29:51 smartd[801]: hi'],
    ['Nov  2 08:29:51 pve1 smartd[801]: hi', 'Nov 2 08:29:51 smartd[801]: hi'],
    ['-- Boot 8f62 --', '-- Boot 8f62 --'],
    ['Nov 21 08:29:51 pve1 evil: \u001B[2Jx', '08:29:51 evil: x'],
  ])('%s', (line, text) => {
    expect(journalText(line, now)).toBe(text);
  });
});

describe('a table in a pane', () => {
  const columns: readonly TableColumn<{ a: string }>[] = [
    { id: 'a', title: 'a', width: 4, priority: 0, cell: (row) => ({ text: row.a }) },
    { id: 'b', title: 'b', width: 4, priority: 1, align: 'right', cell: () => ({ text: '12', token: 'warn' }) },
  ];

  it('begins at the first column, and leaves out what does not fit', () => {
    const texts = (width: number): string[] =>
      tableLines({ rows: [{ a: 'one' }], columns, copy: ({ a }) => a }, { look, width }).map((line) =>
        withoutColours(typeof line === 'string' ? line : line.text),
      );
    expect(texts(10)).toEqual(['a        b', 'one     12']);
    expect(texts(9)).toEqual(['a', 'one']);
  });

  it('is nothing without rows', () => {
    expect(tableLines({ rows: [], columns }, { look, width: 20 })).toEqual([]);
  });
});

describe('names and values', () => {
  it('leave out what is not known, wrap what is long, and are harmless', () => {
    const lines = factLines(
      {
        name: 'x\u001B[31m',
        none: undefined,
        empty: '',
        yes: true,
        list: [1, 2],
        map: { a: 1, b: 'c' },
        long: 'word '.repeat(9),
      },
      { look, width: 20 },
    ).map(({ text }) => withoutColours(text));
    expect(lines).toEqual([
      'name  x',
      'yes   yes',
      'list  1, 2',
      'map   a=1, b=c',
      'long  word word word',
      '      word word word',
      '      word word word',
    ]);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(20);
  });
});
