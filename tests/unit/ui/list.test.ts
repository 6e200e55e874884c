import { describe, expect, it } from 'vitest';
import { compileFilter, filterProblem } from '../../../src/ui/filter.ts';
import { ListModel, scrollInto } from '../../../src/ui/list.ts';
import { keyClashes } from '../../../src/ui/keymap.ts';
import { keyTable } from '../../../src/ui/keyTable.ts';
import { KeyReader, keyNames, type InkKey } from '../../../src/ui/keys.ts';
import { layoutOf, withDetailsShare } from '../../../src/ui/layout.ts';
import { Random } from '../../support/random.ts';

interface Row {
  readonly id: string;
  readonly weight: number;
}

const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, at) => ({ id: `r${String(at)}`, weight: (at * 7) % 10 }));

const aList = (rows: { current: readonly Row[] }): ListModel<Row> =>
  new ListModel<Row>({
    source: () => rows.current,
    idOf: (row) => row.id,
    lasting: true,
    columns: [
      { id: 'id', title: 'id', width: 4, priority: 0, cell: (row) => ({ text: row.id }), sortKey: (row) => row.id },
      {
        id: 'weight',
        title: 'weight',
        width: 4,
        priority: 1,
        cell: (row) => ({ text: String(row.weight) }),
        sortKey: (row) => row.weight,
      },
    ],
    filterFields: (row) => ({ text: row.id, fields: { id: [row.id] } }),
    isFault: (row) => row.weight === 9,
  });

describe('ListModel', () => {
  it('holds the selection by id through sorting, filtering and refreshes', () => {
    const rows = { current: rowsOf(20) as readonly Row[] };
    const list = aList(rows);
    list.height = 5;
    list.moveTo(7);
    list.nextSort();
    list.nextSort();
    expect(list.current()?.id).toBe('r7');
    list.reverseSort();
    expect(list.current()?.id).toBe('r7');
    list.setFilter('7');
    expect(list.rows().map(({ id }) => id)).toContain('r7');
    expect(list.current()?.id).toBe('r7');
    list.setFilter('');
    rows.current = rows.current.toReversed().map((row) => ({ ...row }));
    expect(list.current()?.id).toBe('r7');
  });

  it('selects the first row that passes a filter, unless the one selected before does', () => {
    const list = aList({ current: rowsOf(40) });
    list.moveTo(5);
    list.setFilter('1');
    expect(list.current()?.id).toBe('r1');
    list.setFilter('13');
    expect(list.current()?.id).toBe('r13');
    list.setFilter('5');
    expect(list.current()?.id).toBe('r5');
    list.move(1);
    list.setFilter('15');
    expect(list.current()?.id).toBe('r15');
    list.setFilter('1');
    expect(list.current()?.id).toBe('r15');
    list.setFilter('');
    expect(list.current()?.id).toBe('r15');
    list.setFilter('none');
    expect(list.current()).toBeUndefined();
    list.setFilter('');
    expect(list.current()?.id).toBe('r15');
  });

  it('stays in bounds and shows the selection whatever happens', () => {
    const random = new Random(7);
    const rows = { current: rowsOf(50) as readonly Row[] };
    const list = aList(rows);
    for (let step = 0; step < 2000; step += 1) {
      const choice = random.between(0, 8);
      if (choice === 0) rows.current = rowsOf(random.between(0, 60));
      else if (choice === 1) list.height = random.between(1, 30);
      else if (choice === 2) list.setFilter(random.between(0, 1) === 0 ? '' : String(random.between(0, 9)));
      else if (choice === 3) list.nextSort();
      else if (choice === 4) list.toggleFaults();
      else list.move(random.between(-20, 20));
      const shown = list.rows().slice(list.top(), list.top() + list.height);
      const current = list.current();
      expect(current === undefined ? list.rows().length === 0 : shown.includes(current)).toBe(true);
    }
  });

  it('derives its rows once for the same data and question', () => {
    const list = aList({ current: rowsOf(10) });
    list.setFilter('1');
    const first = list.rows();
    list.move(1);
    expect(list.rows()).toBe(first);
  });

  it('forgets marks of what is gone when something is done with them', () => {
    const rows = { current: rowsOf(3) as readonly Row[] };
    const list = aList(rows);
    list.toggleMark();
    list.toggleMark();
    expect(list.chosen().map(({ id }) => id)).toEqual(['r0', 'r1']);
    rows.current = rows.current.slice(2);
    expect(list.chosen().map(({ id }) => id)).toEqual(['r2']);
  });
});

describe('scrollInto', () => {
  it('moves as little as possible and leaves no gap at the end', () => {
    expect(scrollInto(0, 4, 5, 20)).toBe(0);
    expect(scrollInto(0, 5, 5, 20)).toBe(1);
    expect(scrollInto(10, 3, 5, 20)).toBe(3);
    expect(scrollInto(18, 19, 5, 20)).toBe(15);
    expect(scrollInto(3, 0, 5, 2)).toBe(0);
  });
});

describe('filter', () => {
  const row = {
    text: '104 relay-dev pve1 running dev web relay',
    fields: { tag: ['dev', 'web'], node: ['pve1'], id: ['104'], pool: ['relay'], name: ['relay-dev'] },
  };
  it.each([
    ['relay', true],
    ['RELAY pve1', true],
    ['relay pve2', false],
    ['!relay', false],
    ['!frigate relay', true],
    ['tag:web', true],
    ['tag:we', false],
    ['node:pve', true],
    ['id:104', true],
    ['id:10', false],
    ['!tag:prod node:pve1', true],
    ['pool:', false],
    ['tag:', false],
    ['-f rlydv', true],
    ['-f zzz', false],
    ['10:30', false],
    ['!', true],
    ['tag:prod,web', true],
    ['tag:prod,test', false],
    ['!tag:prod,web', false],
    ['node:pve2,pve1 id:104', true],
    ['"relay-dev pve1"', true],
    ['"pve1 relay-dev"', false],
    ['name:"relay dev"', false],
    ["name:'relay-dev'", true],
    ['"tag:web"', false],
    ['!"dev web"', false],
    ['-f name:rlydv', true],
    ['"relay', true],
  ])('%s → %s', (filter, matches) => {
    expect(compileFilter(filter)?.(row) ?? true).toBe(matches);
  });
  it('finds what has no tag or pool', () => {
    const bare = { text: 'x', fields: { tag: [''], pool: [''] } };
    expect(compileFilter('tag: pool:')?.(bare)).toBe(true);
  });
  it.each([
    ['tga:web', 'there is no field tga: here. Did you mean tag?'],
    ['"relay', 'a quote is not closed'],
    ['10:30', undefined],
    ['fe80::1', undefined],
    ['tag:web', undefined],
  ])('says of %s: %s', (filter, problem) => {
    const told = filterProblem(filter, Object.keys(row.fields));
    expect(told === undefined ? told : told.slice(0, problem?.length)).toBe(problem);
  });
  it('lets everything through when it is empty', () => {
    expect(compileFilter('  ')).toBeUndefined();
  });
});

const plain: InkKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
};

describe('keys', () => {
  it('have no clashes, and a planted one is found', () => {
    expect(keyClashes(keyTable)).toEqual([]);
    expect(keyClashes([...keyTable, { action: 'sort', scope: 'tasks', keys: ['j'], title: 'planted' }])).toEqual([
      'j: down (list) and sort (tasks)',
      'j: down (details) and sort (tasks)',
    ]);
  });

  it('put nothing that destroys on a Ctrl key', () => {
    const destructive = new Set(['actions', 'stop-task']);
    const found = keyTable.filter(
      ({ action, keys }) => destructive.has(action) && keys.some((key) => key.startsWith('ctrl-')),
    );
    expect(found).toEqual([]);
  });

  it('splits a read into keys: nothing typed fast is lost', () => {
    expect(keyNames('jjGq', plain)).toEqual(['j', 'j', 'G', 'q']);
    expect(keyNames('a b\r\n\t\u007F\u0004', plain)).toEqual([
      'a',
      'space',
      'b',
      'enter',
      'enter',
      'tab',
      'backspace',
      'ctrl-d',
    ]);
    expect(keyNames('c', { ...plain, ctrl: true })).toEqual(['ctrl-c']);
    expect(keyNames('', { ...plain, pageDown: true })).toEqual(['pagedown']);
  });

  it('takes Esc and a letter apart that came as Alt', () => {
    expect(keyNames('j', { ...plain, meta: true })).toEqual(['escape', 'j']);
  });

  it('reads chords in the narrowest scope first', () => {
    const reader = new KeyReader();
    expect(reader.read('g', ['guests', 'list', 'global'])).toBeUndefined();
    expect(reader.pending).toBe('g');
    expect(reader.read('g', ['guests', 'list', 'global'])?.action).toBe('first');
    expect(reader.read('g', ['guests', 'list', 'global'])).toBeUndefined();
    expect(reader.read('j', ['guests', 'list', 'global'])).toBeUndefined();
    expect(reader.read('j', ['guests', 'list', 'global'])?.action).toBe('down');
    expect(reader.read('x', ['drawer', 'list', 'global'])?.action).toBe('stop-task');
  });
});

describe('layout', () => {
  it('never gives out more rows or columns than there are', () => {
    for (let columns = 20; columns <= 260; columns += 3) {
      for (let rows = 5; rows <= 90; rows += 1) {
        const layout = layoutOf(columns, rows);
        const header = layout.header === 'full' ? 2 : 1;
        const footer = layout.footer === 'full' ? 2 : 1;
        expect(header + layout.bodyHeight + footer).toBeLessThanOrEqual(Math.max(rows, 3));
        const wide = layout.mode === 'side' ? layout.listWidth + 3 + layout.detailsWidth : columns;
        const high = layout.mode === 'stacked' ? layout.listHeight + 2 + layout.detailsHeight : layout.bodyHeight;
        expect([wide, high]).toEqual([columns, layout.bodyHeight]);
      }
    }
  });
  it('shares a wide terminal as a screen wants, and no other', () => {
    const side = layoutOf(120, 40);
    const shared = withDetailsShare(side, 0.3);
    expect(shared.detailsWidth).toBe(36);
    expect(shared.listWidth + 3 + shared.detailsWidth).toBe(120);
    expect(withDetailsShare(layoutOf(80, 24), 0.3)).toEqual(layoutOf(80, 24));
  });
  it('gives up ornament at 60×15 and the header under 20 rows', () => {
    expect(layoutOf(60, 15).mode).toBe('bare');
    expect(layoutOf(80, 19).header).toBe('line');
    expect(layoutOf(80, 24).mode).toBe('list');
    expect(layoutOf(120, 40).mode).toBe('side');
    expect(layoutOf(90, 40).mode).toBe('stacked');
  });
});
