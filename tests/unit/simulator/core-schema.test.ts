import { describe, expect, it } from 'vitest';
import { printPropertyString } from '../../../src/simulator/properties.ts';
import { pveSchema } from '../../../src/simulator/schema.ts';
import { checkParameters, parsePropertyString } from '../../../src/simulator/validate.ts';

const schema = pveSchema();
const spec = (method: string, template: string) => {
  const found = schema.paths.get(template)?.[method];
  if (found === undefined) throw new Error(`no ${method} ${template}`);
  return found.params;
};
const fieldsOf = (method: string, template: string, raw: Record<string, unknown>) => {
  const checked = checkParameters(spec(method, template), raw, method === 'GET');
  return 'fields' in checked ? checked.fields : {};
};
const paramsOf = (method: string, template: string, raw: Record<string, unknown>) => {
  const checked = checkParameters(spec(method, template), raw, method === 'GET');
  if ('fields' in checked) throw new Error(JSON.stringify(checked.fields));
  return checked.params;
};

describe('the path table', () => {
  it('holds the 661 methods of the table, and the root beside them', () => {
    const methods = [...schema.paths.values()].flatMap((one) => Object.keys(one));
    expect(methods).toHaveLength(662);
  });

  it('prefers a fixed name to a parameter and takes parameters from the path', () => {
    expect(schema.find('/nodes/pve1/lxc/101/status/current')).toMatchObject({
      template: '/nodes/{node}/lxc/{vmid}/status/current',
      pathParams: { node: 'pve1', vmid: '101' },
    });
    expect(schema.find('/cluster/ha/resources/ct:101')?.pathParams).toEqual({ sid: 'ct:101' });
  });

  it('lets a volume swallow the rest of the path', () => {
    expect(schema.find('/nodes/pve1/storage/local/content/local:backup/x.tar.zst')?.pathParams['volume']).toBe(
      'local:backup/x.tar.zst',
    );
  });

  it('knows nothing of paths that do not exist', () => {
    expect(schema.find('/nosuch')).toBeUndefined();
    expect(schema.find('/nodes/pve1/nosuch')).toBeUndefined();
    expect(schema.find('/version/too/deep')).toBeUndefined();
  });
});

describe('the parameter check says what the server says', () => {
  const lxc = '/nodes/{node}/lxc';
  const base = { node: 'pve1', vmid: '101', ostemplate: 'local:vztmpl/x.tar.gz' };
  it.each([
    [{ ...base, ostemplate: undefined }, { ostemplate: 'property is missing and it is not optional' }],
    [
      { ...base, nosuch: '1' },
      { nosuch: 'property is not defined in schema and the schema does not allow additional properties' },
    ],
    [{ ...base, onboot: 'true' }, { onboot: "type check ('boolean') failed - got 'true'" }],
    [{ ...base, memory: '512.5' }, { memory: "type check ('integer') failed - got '512.5'" }],
    [{ ...base, memory: '8' }, { memory: 'value must have a minimum value of 16' }],
    [{ ...base, hostname: 'bad_name!' }, { hostname: 'invalid format - value does not look like a valid DNS name\n' }],
    [{ ...base, vmid: 'abc' }, { vmid: "type check ('integer') failed - got 'abc'" }],
    [{ ...base, vmid: '5' }, { vmid: 'invalid format - value does not look like a valid VM ID\n' }],
    [{ ...base, tags: 'a b!' }, { tags: 'invalid format - invalid characters in tag\n' }],
    [{ ...base, startup: 'x' }, { startup: 'invalid format - unable to parse startup options\n' }],
    [
      { ...base, net0: 'bridge=vmbr0,ip=1.2.3.4' },
      {
        net0: 'invalid format - format error\nnet0.ip: invalid format - value does not look like a valid ipv4 network configuration\n\nnet0.name: property is missing and it is not optional\n',
      },
    ],
    [
      { ...base, rootfs: 'local-lvm:8,foo=1' },
      {
        rootfs:
          'invalid format - format error\nrootfs.foo: property is not defined in schema and the schema does not allow additional properties\n',
      },
    ],
  ])('%j', (raw, fields) => {
    expect(fieldsOf('POST', lxc, raw)).toEqual(fields);
  });

  it('names the enumeration', () => {
    expect(fieldsOf('GET', '/cluster/resources', { type: 'pool' })).toEqual({
      type: "value 'pool' does not have a value in the enumeration 'vm, storage, node, sdn'",
    });
  });

  it('puts a broken requirement under the missing key', () => {
    expect(fieldsOf('PUT', '/access/users/{userid}', { userid: 'a@pve', append: '1' })).toEqual({
      groups: "missing property required by 'append'",
    });
  });

  it('does not take a JSON boolean for a text', () => {
    expect(fieldsOf('PUT', '/access/groups/{groupid}', { groupid: 'ops', comment: true })).toEqual({
      comment: "type check ('string') failed - got JSON::PP::Boolean",
    });
  });
});

describe('conversion', () => {
  it('turns booleans and numbers into numbers and joins repeated keys of a list', () => {
    expect(
      paramsOf('PUT', '/nodes/{node}/lxc/{vmid}/config', {
        node: 'pve1',
        vmid: '102',
        onboot: true,
        cores: '2',
        delete: ['a1', 'b1'],
      }),
    ).toMatchObject({
      vmid: 102,
      onboot: 1,
      cores: 2,
      delete: 'a1,b1',
    });
  });

  it('fills in defaults for reads and never for writes', () => {
    expect(paramsOf('GET', '/nodes/{node}/tasks', { node: 'pve1' })).toMatchObject({
      limit: 50,
      start: 0,
      source: 'archive',
    });
    expect(paramsOf('PUT', '/nodes/{node}/lxc/{vmid}/config', { node: 'pve1', vmid: '102', cores: '1' })).toEqual({
      node: 'pve1',
      vmid: 102,
      cores: 1,
    });
  });

  it('wraps a single value of an array', () => {
    expect(paramsOf('POST', '/cluster/bulk-action/guest/start', { vms: '101' })['vms']).toEqual([101]);
  });
});

describe('property strings', () => {
  const net = spec('POST', '/nodes/{node}/qemu')['net[n]']?.format;
  if (typeof net !== 'object') throw new Error('net[n] has no format');

  it('reads the model from the name of an alias', () => {
    expect(parsePropertyString(net, 'virtio=BC:24:11:DC:23:78,bridge=vmbr0', 'net0')).toEqual({
      model: 'virtio',
      macaddr: 'BC:24:11:DC:23:78',
      bridge: 'vmbr0',
    });
  });

  it('accepts words for booleans inside', () => {
    expect(parsePropertyString(net, 'virtio,firewall=yes', 'net0')).toMatchObject({ model: 'virtio', firewall: '1' });
  });

  it('prints the default key first and the rest sorted', () => {
    expect(printPropertyString(net, { tag: 5, bridge: 'vmbr0', model: 'virtio' })).toBe('virtio,bridge=vmbr0,tag=5');
  });
});
