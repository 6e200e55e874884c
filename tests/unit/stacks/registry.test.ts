import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../../src/stacks/registry/client.ts';
import { parseReference } from '../../../src/stacks/registry/reference.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const never = new AbortController().signal;

/** A registry of this test's own on loopback; returns its address. */
const registry = async (
  answer: (request: IncomingMessage, response: ServerResponse, address: string) => void,
): Promise<string> => {
  const server = createServer((request, response) => answer(request, response, address()));
  const address = (): string => `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return address();
};

/** It gives a manifest's digest to who has its token, and a token to everybody. */
const withTokens = () =>
  registry((request, response, address) => {
    const url = new URL(request.url ?? '/', `http://${address}`);
    if (url.pathname === '/token') {
      const asked = `${url.searchParams.get('service') ?? ''} ${url.searchParams.get('scope') ?? ''}`;
      response.end(JSON.stringify({ token: Buffer.from(asked).toString('base64url') }));
      return;
    }
    const token = Buffer.from('reg repository:team/app:pull').toString('base64url');
    if (request.headers.authorization !== `Bearer ${token}`) {
      const challenge = `Bearer realm="http://${address}/token",service="reg",scope="repository:team/app:pull"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return;
    }
    const known = request.method === 'HEAD' && url.pathname === '/v2/team/app/manifests/1.2';
    if (!known) response.writeHead(404).end();
    else if (!String(request.headers.accept).includes('application/vnd.oci.image.index.v1+json'))
      response.writeHead(406).end();
    else response.writeHead(200, { 'docker-content-digest': digest }).end();
  });

describe('names of images', () => {
  it.each([
    ['redis', 'registry-1.docker.io', 'library/redis', 'latest'],
    ['redis:8-alpine', 'registry-1.docker.io', 'library/redis', '8-alpine'],
    ['seiggy/lucia:1.0', 'registry-1.docker.io', 'seiggy/lucia', '1.0'],
    ['docker.io/redis', 'registry-1.docker.io', 'library/redis', 'latest'],
    ['ghcr.io/a/b/c:v1', 'ghcr.io', 'a/b/c', 'v1'],
    ['localhost:5000/app', 'localhost:5000', 'app', 'latest'],
  ])('takes %s apart', (image, host, repository, tag) => {
    expect(parseReference(image)).toEqual({ registry: host, repository, tag, digest: undefined });
  });

  it.each(['Redis', 'a b', 'x:', 'x@sha256:12', ''])('refuses %s', (image) => {
    expect(() => parseReference(image)).toThrow(/is no name of an image/);
  });
});

describe('the digest of a tag', () => {
  it('is asked for with a token of the registry [S0-127]', async () => {
    expect(await digestOf(`${await withTokens()}/team/app:1.2`, never)).toBe(digest);
  });

  it('is not asked for where the name says it', async () => {
    expect(await digestOf(`registry.invalid/app:1@${digest}`, never)).toBe(digest);
  });

  it.each([
    ['an unknown tag', 404, 'not-found', /has no app:1\./],
    ['a private one', 403, 'auth', /without a login/],
    ['too many questions', 429, 'server', /too often/],
    ['a registry in trouble', 503, 'server', /answered 503/],
  ])('%s is a sentence', async (_what, status, code, message) => {
    const address = await registry((_request, response) => response.writeHead(status).end());
    await expect(digestOf(`${address}/app:1`, never)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['a login by name and password', { 'www-authenticate': 'Basic realm="mine"' }],
    ['no way to log in', {}],
  ])('a registry that wants %s says how to go on', async (_what, headers) => {
    const address = await registry((_request, response) => response.writeHead(401, headers).end());
    await expect(digestOf(`${address}/app:1`, never)).rejects.toMatchObject({
      code: 'auth',
      hint: expect.stringContaining('@sha256'),
    });
  });

  it('that a proxy does not tell is a sentence', async () => {
    const address = await registry((_request, response) => response.end());
    await expect(digestOf(`${address}/app:1`, never)).rejects.toThrow(/does not tell the digest/);
  });

  it('of a registry that is not there is a sentence', async () => {
    await expect(digestOf('127.0.0.1:9/app:1', never)).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('is not waited for by who gave up', async () => {
    const address = await registry(() => giveUp.abort());
    const giveUp = new AbortController();
    await expect(digestOf(`${address}/app:1`, giveUp.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
