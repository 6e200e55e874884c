import { once } from 'node:events';
import { createServer } from 'node:http';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOf, healthCommand, missingTools } from '../../../../generators/shared/health.ts';
import { knownImage } from '../../../../generators/shared/images.ts';
import { checkSchema } from '../../../../src/models/stack.ts';
import { findProgram } from '../../../../src/stacks/validate/programs.ts';

const server = createServer((request, response) => {
  response.statusCode = request.url === '/teapot' ? 418 : request.url === '/health' ? 200 : 503;
  response.end("it's fine");
});
let port = 0;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

const run = promisify(execFile);
/** Whether the command says that all is well. */
const isWell = async (command: readonly string[] | undefined): Promise<boolean> => {
  const [program = '', ...args] = command ?? [];
  try {
    await run(program, args);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return false;
    throw error;
  }
};

const found = await Promise.all(
  ['curl', 'wget', 'node', 'python3'].map(async (name) => [name, await findProgram(name, process.env)] as const),
);
const here = found.flatMap(([name, path]) => (path === undefined ? [] : [name]));

describe.each(here)('a check by %s', (name) => {
  const check = (http: { readonly path: string; readonly contains?: string; readonly status?: number }) =>
    healthCommand(checkSchema.parse({ http: { ...http, port } }), [name, 'sh', 'grep']);

  it('tells well from unwell, and its text from another', async () => {
    expect(await isWell(check({ path: '/health' }))).toBe(true);
    expect(await isWell(check({ path: '/down' }))).toBe(false);
    expect(await isWell(check({ path: '/health', contains: "it's fine" }))).toBe(true);
    expect(await isWell(check({ path: '/health', contains: 'it is not' }))).toBe(false);
  });

  it('asks for another status only where it can tell it apart', async () => {
    const command = check({ path: '/teapot', status: 418 });
    expect(command === undefined || (await isWell(command))).toBe(true);
    expect(command === undefined || !(await isWell(check({ path: '/health', status: 418 })))).toBe(true);
  });
});

// curl and wget only speak HTTP.
it.each(here.filter((name) => name === 'node' || name === 'python3'))('knocks at a port by %s', async (name) => {
  const knock = (at: number) => healthCommand(checkSchema.parse({ tcp: { port: at } }), [name]);
  expect(await isWell(knock(port))).toBe(true);
  expect(await isWell(knock(1))).toBe(false);
});

describe('a check that only the image can answer', () => {
  it('is none where nothing in it can ask [S3-038]', () => {
    expect(healthCommand(checkSchema.parse({ http: { path: '/', port: 80 } }), [])).toBeUndefined();
    expect(healthCommand(checkSchema.parse({ command: ['pg_isready'] }), [])).toEqual(['pg_isready']);
  });

  it('names the programs that are missing', () => {
    const aspnet = knownImage('mcr.microsoft.com/dotnet/aspnet:10.0');
    expect(missingTools(['CMD', 'curl', '-f', 'http://localhost/'], aspnet)).toEqual(['curl']);
    expect(missingTools(['CMD-SHELL', 'wget -q localhost || exit 1'], aspnet)).toEqual(['wget']);
    expect(missingTools(['CMD-SHELL', 'true'], knownImage('traefik/whoami:v1.11.0'))).toEqual(['sh']);
    expect(missingTools(['CMD', 'wget', '-q', 'http://localhost/'], knownImage('redis:8-alpine'))).toEqual([]);
    expect(missingTools(['CMD', 'curl', 'x'], knownImage('nobody/knows:1'))).toEqual([]);
  });

  it('is understood when curl or wget ask it', () => {
    expect(checkOf(['CMD-SHELL', 'curl -f http://localhost:8080/health || exit 1'])?.http).toMatchObject({
      port: 8080,
      path: '/health',
    });
    expect(checkOf(['CMD', 'wget', '--spider', 'http://127.0.0.1'])?.http).toMatchObject({ port: 80, path: '/' });
    expect(checkOf(['CMD', 'pg_isready'])).toBeUndefined();
    expect(checkOf(['CMD', 'curl', 'https://example.com'])).toBeUndefined();
  });
});
