import { describe, expect, it } from 'vitest';
import { changesInYaml, isSettable } from '../../../src/operations/guest-yaml.ts';

const settings = {
  hostname: 'web',
  memory: '512',
  onboot: '1',
  description: 'first\nsecond\n',
  net0: 'name=eth0,bridge=vmbr0,type=veth',
  unprivileged: '1',
};

const text = `
# a comment
hostname: web
memory: 512
onboot: 1
description: |-
  first
  second
net0: name=eth0,bridge=vmbr0,type=veth
`;

const changed = (edited: string) => changesInYaml('lxc', settings, edited);

describe('a configuration edited as YAML', () => {
  it('changes nothing when nothing was changed', () => {
    expect(changed(text)).toEqual({ changes: new Map(), problems: [] });
  });

  it('is what was changed, added and taken away', () => {
    const edited = text.replace('memory: 512', 'memory: 1024\ntags: web;new').replace('onboot: 1\n', '');
    expect([...changed(edited).changes]).toEqual([
      ['memory', '1024'],
      ['tags', 'web;new'],
      ['onboot', null],
    ]);
  });

  it('takes yes and no, several lines, and digits as they are written', () => {
    const edited = text.replace('onboot: 1', 'onboot: no\nstartup: "order=01"').replace('second', 'third');
    expect([...changed(edited).changes]).toEqual([
      ['onboot', '0'],
      ['startup', 'order=01'],
      ['description', 'first\nthird'],
    ]);
  });

  it('tells each mistake at its line', () => {
    const edited = `memry: 512\nmemory: 3\nunprivileged: 0\nhostname: -bad-\nnet0:\nswap: [1]\n`;
    const { changes, problems } = changed(edited);
    expect(problems.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(problems[0]?.message).toBe('memry is no setting of a container. Did you mean memory?');
    expect(problems[1]?.message).toContain('memory cannot be "3": value must have a minimum value of 16');
    expect(problems[2]?.message).toContain('unprivileged is kept by Proxmox VE');
    expect(problems[4]?.message).toBe('net0 has no value; take the whole line away to unset it.');
    expect(changes.get('memory')).toBeUndefined();
  });

  it('tells what is no YAML, twice the same key, and no list of settings', () => {
    expect(changed('memory: "512\n').problems).toMatchObject([{ line: expect.any(Number) as number }]);
    expect(changed('memory: 512\nmemory: 600\n').problems).toMatchObject([{ line: 2 }]);
    expect(changed('- memory\n').problems).toEqual([
      { line: 1, message: 'write a setting a line, as `memory: 2048`.' },
    ]);
  });

  it('knows what can be set', () => {
    expect(['memory', 'net7', 'mp3', 'tags'].filter((key) => !isSettable('lxc', key))).toEqual([]);
    expect(['digest', 'lock', 'lxc', 'parent', 'node', 'delete'].filter((key) => isSettable('lxc', key))).toEqual([]);
  });
});
