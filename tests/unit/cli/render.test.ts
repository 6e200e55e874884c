import { parse as parseYaml } from 'yaml';
import { describe, expect, it } from 'vitest';
import { toCsv, toJson, toYaml } from '../../../src/faces/cli/formats.ts';
import { harmless, renderLines } from '../../../src/faces/cli/render.ts';

const plain = { colour: false, ascii: false };
const hostile = 'web\u001B[31m\u009B2J\u0007\u202Egpj.exe\nnext';
const obeyed = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

describe('a result as a person reads it', () => {
  const columns = [
    { field: 'vmid', title: 'VMID' },
    { field: 'name', title: 'NAME' },
    { field: 'cpu', title: 'CPU', unit: 'fraction' as const },
    { field: 'mem', title: 'MEM', unit: 'bytes' as const },
    { field: 'uptime', title: 'UPTIME', unit: 'seconds' as const },
  ];

  it('stands in columns by display width, numbers on the right, nothing drawn around it', () => {
    const rows = [
      { vmid: 101, name: '日本', cpu: 0.126, mem: 2 ** 30, uptime: 90_061 },
      { vmid: 99_999, name: 'a', cpu: 1, mem: 512, uptime: 0 },
    ];
    expect(renderLines(rows, columns, plain)).toEqual([
      ' VMID  NAME   CPU     MEM  UPTIME',
      '  101  日本   13%  1.0 GB   1d 1h',
      '99999  a     100%   512 B       -',
    ]);
  });

  it('has its heading also when there is nothing below', () => {
    expect(renderLines([], columns, plain)).toEqual(['VMID  NAME  CPU  MEM  UPTIME']);
  });

  it('is harmless and one line a row, whatever the names are', () => {
    const lines = renderLines(
      [
        { vmid: 1, name: hostile },
        { vmid: 2, name: 'x'.repeat(10_000) },
      ],
      columns,
      plain,
    );
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toMatch(obeyed);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200);
  });

  it('has colours on states only where they are wanted, and none in the widths', () => {
    const rows = [
      { status: 'running', name: 'running' },
      { status: 'unknown', name: 'b' },
    ];
    const coloured = renderLines(rows, undefined, { colour: true, ascii: false });
    expect(coloured[1]).toBe('\u001B[32mrunning\u001B[39m  running');
    expect(coloured[2]).toContain('\u001B[31munknown');
    expect(renderLines(rows, undefined, plain).join('')).not.toContain('\u001B');
  });

  it('has nothing beyond ASCII where that is not wanted', () => {
    const lines = renderLines([{ name: `é日${'y'.repeat(500)}` }], undefined, { colour: false, ascii: true });
    expect(lines.join('\n')).toMatch(/^[ -~\n]+$/);
  });

  it('shows an object as names and values, objects in it dotted, lists of objects as tables', () => {
    expect(
      renderLines(
        {
          node: 'pve1',
          cpuinfo: { cores: 8 },
          memory: { total: 2 ** 31 },
          tags: ['a', 'b'],
          tasks: [{ id: 1, type: 'x' }],
        },
        undefined,
        plain,
      ),
    ).toEqual([
      'node           pve1',
      'cpuinfo.cores  8',
      'memory.total   2.0 GB',
      'tags           a,b',
      '',
      'tasks:',
      'ID  TYPE',
      ' 1  x',
    ]);
  });

  it('takes what the operation says of a field before it guesses by its name', () => {
    const columns = [{ field: 'swap', title: 'SWAP' }];
    expect(renderLines({ swap: 512, size: 512 }, columns, plain)).toEqual(['swap  512', 'size  512 B']);
  });

  it('shows texts as they are, and nothing for nothing', () => {
    expect(renderLines('UPID:pve1:…', undefined, plain)).toEqual(['UPID:pve1:…']);
    expect(renderLines(null, undefined, plain)).toEqual([]);
    expect(renderLines([{ n: 1, t: 'a line' }], [{ field: 't', title: '' }], plain)).toEqual(['a line']);
  });

  it('cuts no line of a log, however long', () => {
    expect(harmless(`${'ab'.repeat(5000)}\nnext`, plain)).toEqual(['ab'.repeat(5000), 'next']);
    expect(harmless(hostile, plain).join('')).not.toMatch(obeyed);
  });
});

describe('a result for a machine', () => {
  it('is JSON that says the same and that no terminal obeys', () => {
    const text = toJson([{ name: hostile }], 2);
    expect(JSON.parse(text)).toEqual([{ name: hostile }]);
    expect(text).not.toMatch(obeyed);
    expect(toJson(undefined)).toBe('null');
  });

  it('is YAML that says the same and that no terminal obeys', () => {
    const value = [{ name: hostile, also: 'plain\u009Btext', yes: 'no', number: '012', list: [1, null] }];
    const text = toYaml(value);
    expect(parseYaml(text)).toEqual(value);
    expect(text).not.toMatch(obeyed);
  });

  it('is CSV of RFC 4180: quoted where it must be, field names first, CRLF', () => {
    const rows = [
      { vmid: 1, name: 'a,"b"\nc', tags: ['x', 'y'] },
      { vmid: 2, lock: 'backup', config: { a: 1 } },
    ];
    expect(toCsv(rows, [{ field: 'vmid', title: 'VMID' }])).toBe(
      'vmid,name,tags,lock,config\r\n1,"a,""b""\nc",x;y,,\r\n2,,,backup,"{""a"":1}"\r\n',
    );
    expect(toCsv({ proxdeck: '1.0' })).toBe('proxdeck\r\n1.0\r\n');
  });
});
