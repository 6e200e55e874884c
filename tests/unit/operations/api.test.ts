import { describe, expect, it } from 'vitest';
import { apiDelete, apiGet, apiPost } from '../../../src/operations/api.ts';
import { parseApiRequest } from '../../../src/operations/api-call.ts';
import { perform } from '../../../src/operations/runner.ts';
import { fakeContext, recorder, upidOf } from './fakes.ts';

const parse = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, ...parameters: string[]) =>
  parseApiRequest(method, path, parameters, false);

describe('a call of the API as a person writes it', () => {
  it.each(['nodes/pve1/lxc/', '/nodes/pve1/lxc', '/api2/json/nodes/pve1/lxc', '//nodes/pve1/lxc'])(
    'takes the path %s',
    (path) => {
      expect(parse('GET', path).path).toBe('/nodes/pve1/lxc');
    },
  );

  it('reads a query behind the path as parameters', () => {
    expect(parse('GET', '/cluster/resources?type=vm')).toEqual({
      method: 'GET',
      path: '/cluster/resources',
      parameters: { type: 'vm' },
    });
  });

  it('leaves UPIDs and volumes readable, and encodes what would split a path', () => {
    expect(parse('GET', `/nodes/pve1/tasks/${upidOf(101)}/log`).path).toContain(`/tasks/${upidOf(101)}/log`);
    expect(parse('GET', '/nodes/pve1/storage/local/content/local:iso/a b#1.iso').path).toBe(
      '/nodes/pve1/storage/local/content/local:iso/a%20b%231.iso',
    );
  });

  it.each([
    ['/nodess', 'The API has no /nodess. Did you mean nodes?'],
    ['/nodes/pve1/lcx', 'The API has no /nodes/pve1/lcx. Did you mean lxc?'],
    ['/nodes/pve1/lxc/101/statsu', 'The API has no /nodes/pve1/lxc/101/statsu. Did you mean status?'],
  ])('says what was meant by the path %s', (path, message) => {
    expect(() => parse('GET', path)).toThrow(message);
  });

  it('says which methods a path has', () => {
    expect(() => parse('DELETE', '/version')).toThrow('/version has no DELETE.');
  });

  it('says what was meant by a parameter, and which are missing', () => {
    expect(() => parse('POST', '/nodes/pve1/lxc/101/status/start', 'skiplok=1')).toThrow('Did you mean skiplock?');
    expect(() => parse('POST', '/pools')).toThrow('POST /pools needs poolid=…');
    expect(() => parse('GET', '/cluster/resources', 'type=vmm')).toThrow('type cannot be "vmm". Did you mean vm?');
    expect(() => parse('GET', '/cluster/resources', 'vm')).toThrow('"vm" is no parameter.');
  });

  it('refuses a parameter that is already part of the path', () => {
    expect(() => parse('POST', '/nodes/pve1/lxc/101/status/start', 'vmid=102')).toThrow('has no parameter vmid');
  });

  it('writes booleans as the server wants them, joins repeated keys, and knows numbered ones', () => {
    expect(parse('POST', '/nodes/pve1/lxc/101/status/start', 'skiplock=true').parameters).toEqual({ skiplock: '1' });
    expect(parse('PUT', '/nodes/pve1/lxc/101/config', 'net0=name=eth0,bridge=vmbr0').parameters).toEqual({
      net0: 'name=eth0,bridge=vmbr0',
    });
    expect(parse('PUT', '/nodes/pve1/lxc/101/config', 'delete=a', 'delete=b').parameters).toEqual({
      delete: ['a', 'b'],
    });
  });

  it('sends anything when it is told not to check', () => {
    expect(parseApiRequest('POST', '/nodes/pve1/new-in-10', ['x=1'], true)).toEqual({
      method: 'POST',
      path: '/nodes/pve1/new-in-10',
      parameters: { x: '1' },
    });
  });
});

describe('api.*', () => {
  it('gives the answer as it came', async () => {
    const { context } = fakeContext({ reply: () => ({ nextid: '100' }) });
    expect(await perform(apiGet, { path: '/cluster/nextid' }, context, recorder())).toEqual({ nextid: '100' });
  });

  it('returns the UPID, or follows the task on demand', async () => {
    const scene = { reply: () => upidOf(101), tasks: { [upidOf(101)]: { looks: [['TASK OK']], exitstatus: 'OK' } } };
    const input = { path: '/nodes/pve1/lxc/101/status/start' };
    expect(await perform(apiPost, input, fakeContext(scene).context, recorder())).toBe(upidOf(101));
    const { events, emit } = recorder();
    expect(await perform(apiPost, { ...input, follow: true }, fakeContext(scene).context, { emit })).toEqual({
      upid: upidOf(101),
      exitstatus: 'OK',
    });
    expect(events.map(({ type }) => type)).toEqual(['task', 'line']);
  });

  it('deletes nothing unasked', async () => {
    const { context, calls } = fakeContext({ reply: () => null });
    await expect(perform(apiDelete, { path: '/pools/dev' }, context, recorder())).rejects.toMatchObject({
      code: 'unconfirmed',
    });
    expect(calls).toEqual([]);
  });
});
