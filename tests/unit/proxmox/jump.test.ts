import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { examineCertificate } from '../../../src/proxmox/certificate.ts';
import { ProxmoxError } from '../../../src/proxmox/errors.ts';
import type { ClientOptions } from '../../../src/proxmox/types.ts';
import { fakeSsh, type FakeSsh } from '../../support/fakeSsh.ts';
import { certificate, clientOf, errorOf, listen, makeCertificate, sendJson, startServer, version } from './server.ts';

/** A cluster that is reached through SSH, with an `ssh` of our own on PATH. */

let ssh: FakeSsh;
const use = (...how: Parameters<typeof fakeSsh>): FakeSsh => {
  ssh = fakeSsh(...how);
  vi.stubEnv('PATH', ssh.path);
  return ssh;
};
beforeEach(() => void use());
afterEach(() => {
  vi.unstubAllEnvs();
  ssh[Symbol.dispose]();
});

const pve = async () => {
  const server = await startServer((_request, response) => sendJson(response, { data: version }));
  onTestFinished(server.close);
  return server;
};

const through = (address: string, jump: string, more: Partial<ClientOptions> = {}) => {
  const client = clientOf([address], { jump, ...more });
  onTestFinished(() => client.close());
  return client;
};

const refusalOf = async (address: string): Promise<ProxmoxError> => {
  const error = await errorOf(through(address, 'bastion').version());
  if (error instanceof ProxmoxError) return error;
  throw new Error(`no error of the client: ${String(error)}`);
};

const gone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};

describe('through a jump host', () => {
  it('calls go through the system’s ssh, which asks nothing, over one connection', async () => {
    const server = await pve();
    const client = through(server.address, 'ada@bastion');
    expect((await client.version()).version).toBe(version.version);
    await client.version();
    expect(ssh.calls()).toEqual([['-o', 'BatchMode=yes', '-W', server.address, '--', 'ada@bastion']]);
    expect(server.seen).toHaveLength(2);
  });

  it('several hosts and a port are told as ssh wants them', async () => {
    const server = await pve();
    await through(server.address, 'gate,ada@bastion:2222').version();
    expect(ssh.calls()[0]?.slice(4)).toEqual(['-J', 'gate', '-p', '2222', '--', 'ada@bastion']);
  });

  it('ssh ends with the client', async () => {
    const client = through((await pve()).address, 'bastion');
    await client.version();
    const [pid = 0] = ssh.pids();
    expect(gone(pid)).toBe(false);
    client.close();
    await vi.waitFor(() => expect(gone(pid)).toBe(true));
  });

  it('a large answer comes whole', async () => {
    const data = 'x'.repeat(3_000_000);
    const server = await startServer((_request, response) => sendJson(response, { data }));
    onTestFinished(server.close);
    expect((await through(server.address, 'bastion').request('GET', '/version')).data).toBe(data);
  });

  it('the certificate is pinned from end to end: who sits in between gets nothing', async () => {
    let bytes = 0;
    const other = await makeCertificate();
    const server = tls.createServer({ key: other.key, cert: other.cert }, (socket) => {
      socket.on('data', (chunk) => (bytes += chunk.length));
      socket.on('error', () => socket.destroy());
    });
    server.on('tlsClientError', () => undefined);
    const elsewhere = await listen(server);
    onTestFinished(() => void server.close());
    ssh[Symbol.dispose]();
    use({}, elsewhere);
    const error = await refusalOf('pve1:8006');
    expect(error).toMatchObject({ kind: 'certificate', certificate: { presented: other.fingerprint } });
    expect(bytes).toBe(0);
  });

  it('the certificate of a server behind it can be looked at', async () => {
    const seen = await examineCertificate((await pve()).address, { timeoutMs: 10_000, jump: 'bastion' });
    expect(seen.fingerprint).toBe(certificate.fingerprint);
  });

  it.each([
    ['ssh: Could not resolve hostname bastion: Name or service not known', 'SSH', 'the name bastion is not known'],
    ['ada@bastion: Permission denied (publickey).', 'SSH', 'it does not let you in (publickey)'],
    ['Host key verification failed.', 'SSH', 'its host key is not known here yet'],
    ['ssh: connect to host bastion port 22: Connection timed out', 'SSH', 'Connection timed out'],
    ['channel 0: open failed: administratively prohibited: open failed', 'SSH', 'it forbids forwarding'],
    ['channel 0: open failed: connect failed: Name or service not known', 'name resolution', 'seen from there: Name'],
    ['channel 0: open failed: connect failed: Connection refused', 'TCP', 'seen from there: Connection refused'],
    ['something that nobody has seen', 'SSH', 'ssh ended with 255: something that nobody has seen'],
  ])('“%s” is told with its stage', async (said, stage, words) => {
    ssh[Symbol.dispose]();
    use({ bastion: said });
    const error = await refusalOf('pve1:8006');
    expect(error).toMatchObject({ kind: 'unreachable', attempts: [{ stage, address: 'pve1:8006' }] });
    expect(error.message).toContain(`${stage}: through bastion, `);
    expect(error.message).toContain(words);
    expect(error.hint?.includes('ssh-add')).toBe(stage === 'SSH');
  });

  it('the next address is asked when the first is away behind it', async () => {
    const server = await pve();
    const client = clientOf(['127.0.0.1:9', server.address], { jump: 'bastion' });
    onTestFinished(() => client.close());
    expect((await client.version()).version).toBe(version.version);
    expect(client.address).toBe(server.address);
  });

  it('the system’s own ssh is understood too', async () => {
    vi.unstubAllEnvs();
    const client = through('pve1:8006', 'ada@127.0.0.1:9');
    const error = await errorOf(client.version());
    expect(error).toMatchObject({
      message: expect.stringMatching(/SSH: (?:through ada@127\.0\.0\.1:9, Connection refused|there is no ssh)/),
    });
  });

  it('says so where there is no ssh', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const error = await refusalOf('pve1:8006');
    expect(error.message).toContain('SSH: there is no ssh on this machine');
  });
});
