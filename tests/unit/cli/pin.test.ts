import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadStack } from '../../../src/stacks/load.ts';
import { aHome } from '../config/folder.ts';
import { aStackFolder } from '../stacks/folders.ts';
import { runLine } from './surroundings.ts';

/** `stack pin` against a registry of this test's own. */

const digestOf = (character: string): string => `sha256:${character.repeat(64)}`;

let tags: Record<string, string>;
let registry: string;
beforeEach(async () => {
  tags = { 'shop/web:1': digestOf('a'), 'db:18': digestOf('b') };
  const server: Server = createServer((request, response) => {
    const [, repository = '', tag = ''] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(request.url ?? '') ?? [];
    const digest = tags[`${repository}:${tag}`];
    if (digest === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'docker-content-digest': digest }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  registry = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return () => void server.close();
});

/** A workspace with one stack; runs a command line in it. */
const shop = (compose: string) => {
  const workspace = path.dirname(aStackFolder({}, 'x'));
  const folder = path.join(workspace, 'stacks', 'shop');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(workspace, 'proxdeck.yaml'), 'version: 1\n');
  writeFileSync(path.join(folder, 'compose.yaml'), compose);
  const env = { ...aHome(''), PROXDECK_WORKSPACE: workspace };
  const pin = (...flags: readonly string[]) => runLine(['stack', 'pin', 'shop', ...flags], env);
  return { lock: path.join(folder, 'images.lock'), folder, pin };
};

const services = (...images: readonly string[]): string =>
  `services:\n${images.map((image, at) => `  s${String(at)}:\n    image: ${registry}/${image}\n`).join('')}`;

describe('stack pin', () => {
  it('keeps the digest of each tag, sorted, and the stack has them [S0-127]', async () => {
    const { pin, lock, folder } = shop(services('shop/web:1', 'db:18', 'db:18'));
    expect((await pin()).code).toBe(0);
    expect(readFileSync(lock, 'utf8')).toMatch(
      new RegExp(
        `^# Which image.*\\n\\nimages:\\n  ${registry}/db:18: ${digestOf('b')}\\n  ${registry}/shop/web:1: ${digestOf('a')}\\n$`,
      ),
    );
    expect((await loadStack(folder)).stack.digests).toEqual({
      [`${registry}/db:18`]: digestOf('b'),
      [`${registry}/shop/web:1`]: digestOf('a'),
    });
  });

  it('writes nothing where nothing moved, and says what moved', async () => {
    const { pin, lock } = shop(services('shop/web:1', 'db:18'));
    await pin();
    const before = statSync(lock).ino;
    await pin();
    expect(statSync(lock).ino).toBe(before);
    tags['db:18'] = digestOf('c');
    const { stdout } = await pin();
    expect(stdout).toMatch(/db:18 +moved +sha256:c+/);
    expect(stdout).toMatch(/web:1 +unchanged +sha256:a+/);
  });

  it('pins the others when one is not there, keeps what it had, and ends with 7', async () => {
    const { pin, lock } = shop(services('shop/web:1', 'db:18'));
    await pin();
    delete tags['db:18'];
    tags['shop/web:1'] = digestOf('d');
    const { code, stderr } = await pin();
    expect({ code, stderr }).toEqual({ code: 7, stderr: expect.stringContaining(`${registry} has no db:18`) });
    const text = readFileSync(lock, 'utf8');
    expect(text).toContain(digestOf('b'));
    expect(text).toContain(digestOf('d'));
  });

  it('asks nobody about an image that names its digest, nor insists on one that is built here', async () => {
    const { pin } = shop(
      `services:\n  a:\n    image: registry.invalid/a:1@${digestOf('e')}\n  b:\n    image: ${registry}/b:1\n    build: ./b\n`,
    );
    const { code, stdout } = await pin();
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/b:1 +built/) });
    expect(stdout).not.toContain('registry.invalid');
  });

  it('says what a tag without a version means', async () => {
    tags['web:latest'] = digestOf('f');
    const { pin } = shop(services('web', 'web:latest'));
    const { stderr } = await pin();
    expect(stderr.match(/is whatever is newest/g)).toHaveLength(2);
  });
});
