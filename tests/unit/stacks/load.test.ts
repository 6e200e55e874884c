import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadStack } from '../../../src/stacks/load.ts';
import { aStackFolder } from './folders.ts';

/** A stack as its folder says it. Every refusal has a place and says what to do. */

const load = (yaml: string, more: Readonly<Record<string, string | Uint8Array>> = {}, name?: string) =>
  loadStack(aStackFolder({ 'compose.yaml': yaml, ...more }, name));

/** Services of a Compose file, two spaces in. */
const web = (lines: string): string => `services:\n  web:\n    image: web:1\n${lines}`;

const extension = (lines: string, service = ''): string =>
  `x-proxdeck:\n${lines}\nservices:\n  web:\n    image: web:1\n    expose: ["8080"]\n${service}`;

describe('what a stack says', () => {
  it('fills in what is not said, for the stack and for every service', async () => {
    const { stack, warnings } = await load(web(''));
    expect(stack).toMatchObject({
      name: 'shop',
      development: undefined,
      extension: { version: '1.0.0', routes: [], settings: {} },
      services: { web: { datastore: false, internet: true, kubernetes: { storage: {} } } },
      environment: { web: {} },
      files: {},
      digests: {},
    });
    expect(warnings).toEqual([]);
  });

  it('leaves settings open, and puts their defaults into the project', async () => {
    const { stack } = await load(`
x-proxdeck:
  settings:
    DB_HOST: { description: Where the database is., default: db }
    DB_PORT: { description: Its port., type: port }
services:
  web:
    image: web:1
    environment:
      URL: postgres://\${DB_HOST}:\${DB_PORT:-5432}/shop
      DB_HOST:
      PLAIN: "1"
`);
    expect(stack.environment['web']).toEqual({
      URL: ['postgres://', { setting: 'DB_HOST' }, ':', { setting: 'DB_PORT' }, '/shop'],
      DB_HOST: [{ setting: 'DB_HOST' }],
      PLAIN: ['1'],
    });
    expect(stack.project.services['web']?.environment).toEqual({
      URL: 'postgres://db:5432/shop',
      DB_HOST: 'db',
      PLAIN: '1',
    });
    expect(stack.extension.settings['DB_PORT']?.default).toBe('5432');
  });

  it('takes a variable that nobody described as a setting, and says so with its place', async () => {
    const { stack, warnings } = await load(
      web('    environment:\n      LEVEL: ${LEVEL:-info}\n      DB_PASSWORD: ${DB_PASSWORD:-postgres}\n'),
    );
    expect(stack.extension.settings['LEVEL']).toMatchObject({ default: 'info', sensitive: false });
    expect(stack.extension.settings['DB_PASSWORD']).toMatchObject({ sensitive: true, required: true });
    expect(stack.extension.settings['DB_PASSWORD']).not.toHaveProperty('default');
    expect(stack.project.services['web']?.environment?.['DB_PASSWORD']).toBe('');
    expect(warnings).toEqual([
      'compose.yaml:5:7: services.web.environment.LEVEL: LEVEL is no setting of x-proxdeck; it is taken as one without rules.',
      expect.stringMatching(/^compose\.yaml:6:7: .*Its default is left out, since it is a secret\.$/),
    ]);
  });

  it('takes values of settings neither from .env nor from this machine', async () => {
    const yaml = web('    environment:\n      KEY_ID: ${KEY_ID:-a}\n      PATH_OF: ${PATH:-b}\n');
    const { stack } = await load(yaml, { '.env': 'KEY_ID=planted\n' });
    expect(stack.project.services['web']?.environment).toEqual({ KEY_ID: 'a', PATH_OF: 'b' });
    expect(JSON.stringify(stack)).not.toContain('planted');
  });

  it('takes secrets of an env_file as settings, so that nothing rendered holds them [S0-132]', async () => {
    const { stack, warnings } = await load(web('    env_file: [.env]\n'), {
      '.env': 'DB_PASSWORD=planted-1\nLEVEL=info\n',
      'compose.dev.yaml': 'services:\n  web:\n    environment:\n      LEVEL: debug\n',
    });
    expect(stack.environment['web']).toEqual({ DB_PASSWORD: [{ setting: 'DB_PASSWORD' }], LEVEL: ['info'] });
    expect(stack.extension.settings['DB_PASSWORD']).toMatchObject({ sensitive: true });
    expect(JSON.stringify({ stack, warnings })).not.toContain('planted-1');
    expect(warnings).toEqual([expect.stringContaining('DB_PASSWORD is no setting of x-proxdeck')]);
  });

  it('leaves a demanded setting open without a value', async () => {
    const { stack } = await load(web('    environment:\n      TOKEN: ${API_TOKEN:?give one}\n'));
    expect(stack.environment['web']).toEqual({ TOKEN: [{ setting: 'API_TOKEN' }] });
    expect(stack.project.services['web']?.environment).toEqual({ TOKEN: '' });
    expect(stack.extension.settings['API_TOKEN']).toMatchObject({ required: true, sensitive: true });
  });

  it('tells what is fixed elsewhere, at its default or at what .env says', async () => {
    const { stack, warnings } = await load('services:\n  web:\n    image: web:${TAG:-1}\n    ports: ["${PORT}:80"]\n', {
      '.env': 'PORT=8088\n',
    });
    expect(stack.project.services['web']).toMatchObject({ image: 'web:1', ports: [{ published: '8088' }] });
    expect(warnings.map((one) => one.slice(0, 60))).toEqual([
      expect.stringContaining('compose.yaml:3:5: services.web.image: TAG is fixed here'),
      expect.stringContaining('compose.yaml:4:13: services.web.ports[0]: PORT is fixed'),
    ]);
  });

  it('keeps paths as they were written, so that two machines have the same stack', async () => {
    const folder = aStackFolder({
      'compose.yaml':
        'services:\n  web:\n    build: ./src\n    volumes: ["./conf:/etc/web:ro", "../shared:/s", "/var/run/docker.sock:/d", "~/data:/h", "${PWD}/more:/m", "${HOME}/own:/o"]\n',
      'conf/a.conf': 'a\n',
    });
    const other = path.join(aStackFolder({}, 'x'), 'shop');
    cpSync(folder, other, { recursive: true });
    const [{ stack, warnings }, there] = [await loadStack(folder), await loadStack(other)];
    expect(stack.project.services['web']?.build?.context).toBe('./src');
    expect(stack.project.services['web']?.volumes?.map(({ source }) => source)).toEqual([
      './conf',
      '../shared',
      '/var/run/docker.sock',
      '~/data',
      './more',
      '~/own',
    ]);
    expect(there).toEqual({ stack, warnings, staysInside: false });
    expect(JSON.stringify({ stack, warnings })).not.toContain('/.proxdeck');
    expect(warnings.join('\n')).toContain('../shared lies outside of the folder of the stack.');
  });

  it('merges the file for development over it, and only there', async () => {
    const { stack } = await load(web('    environment:\n      LEVEL: info\n'), {
      'compose.dev.yaml': 'services:\n  web:\n    environment:\n      LEVEL: debug\n    ports: ["9229:9229"]\n',
    });
    expect(stack.project.services['web']?.environment?.['LEVEL']).toBe('info');
    expect(stack.development?.services['web']).toMatchObject({
      environment: { LEVEL: 'debug' },
      ports: [{ published: '9229' }],
    });
  });

  it('names services that only a profile brings in', async () => {
    const { stack, warnings } = await load(web('  shell:\n    image: sh:1\n    profiles: [debug]\n'));
    expect(Object.keys(stack.project.services)).toEqual(['web']);
    expect(warnings).toEqual([expect.stringMatching(/^compose\.yaml:4:3: services\.shell: .*profile debug/)]);
  });

  it('takes digests of images.lock, and refuses one that is broken with its place', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const { stack } = await load(web(''), { 'images.lock': `images:\n  web:1: ${digest}\n` });
    expect(stack.digests).toEqual({ 'web:1': digest });
    await expect(load(web(''), { 'images.lock': 'images:\n  web:1: latest\n' })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/^images\.lock:2:3: images\.web:1: a digest is/),
      hint: expect.stringContaining('stack pin'),
    });
  });
});

describe('texts of a stack', () => {
  const withConfig = 'services:\n  web:\n    image: web:1\n    configs: [app]\nconfigs:\n  app: { file: ./app.json }\n';

  it('are those of configs and of mounts, never of secrets', async () => {
    const { stack } = await load(
      `${withConfig}secrets:\n  token: { file: ./conf/token }\n`.replace(
        '    configs: [app]\n',
        '    configs: [app]\n    secrets: [token]\n    volumes: ["./conf:/etc/web:ro"]\n',
      ),
      { 'app.json': '{}\n', 'conf/a.conf': 'a\n', 'conf/token': 'planted\n' },
    );
    expect(stack.files).toEqual({ 'app.json': '{}\n', 'conf/a.conf': 'a\n' });
  });

  it('that are not there are told with their place', async () => {
    await expect(load(withConfig)).rejects.toThrow(
      /^compose\.yaml:6:10: configs\.app\.file: there is no file \.\/app\.json\.$/,
    );
  });

  it.each([
    ['is no text', new Uint8Array([1, 0, 2])],
    ['is no text in UTF-8', new Uint8Array([0xff, 0xfe, 0x41])],
    ['KiB are the most', 'x'.repeat(600_000)],
  ])('left out: %s', async (told, content) => {
    const { stack, warnings } = await load(withConfig, { 'app.json': content });
    expect(stack.files).toEqual({});
    expect(warnings.join()).toContain(told);
  });

  it('are not read through a link that leads out of the folder', async () => {
    const folder = aStackFolder({ 'compose.yaml': withConfig });
    writeFileSync(path.join(folder, '../outside'), 'planted\n');
    symlinkSync('../outside', path.join(folder, 'app.json'));
    const { stack, warnings } = await loadStack(folder);
    expect(stack.files).toEqual({});
    expect(warnings.join()).toContain('a link that leads out');
  });
});

describe('what is refused, each with file, line and column and what to do', () => {
  it.each<[what: string, yaml: string, place: string, message: RegExp]>([
    ['an unknown key', extension('  rouets: []'), '2:3', /there is no such key\. Did you mean routes\?/],
    ['an unknown key of a service', web('    x-proxdeck:\n      datastor: true\n'), '5:7', /Did you mean datastore\?/],
    [
      'an unknown key inside',
      extension('  settings:\n    A: { description: a, patern: x }'),
      '3:26',
      /Did you mean pattern\?/,
    ],
    ['a wrong type', extension('  routes:\n    - { service: web, port: http }'), '3:23', /expected (int|number)/],
    ['a check that asks nothing', web('    x-proxdeck:\n      health: {}\n'), '5:7', /it asks nothing/],
    [
      'a check that asks two things',
      web('    x-proxdeck:\n      health: { tcp: { port: 1 }, command: [a] }\n'),
      '5:7',
      /more than one/,
    ],
    [
      'a route to nowhere',
      extension('  routes:\n    - { service: wbe, port: 8080 }'),
      '3:9',
      /no service wbe\. Did you mean web\?/,
    ],
    [
      'a route to a port that is not there',
      extension('  routes:\n    - { service: web, port: 80 }'),
      '3:23',
      /no.* port 80; it has 8080/,
    ],
    [
      'a basic authentication without its secret',
      extension('  routes:\n    - { service: web, port: 8080, basicAuth: users }'),
      '3:35',
      /no secret users/,
    ],
    [
      'a hook of nobody',
      extension('  hooks:\n    - { at: after-deploy, service: db, command: [x] }'),
      '3:27',
      /no service db/,
    ],
    [
      'a smoke check of nobody',
      extension('  smoke:\n    - { name: up, service: db, check: { tcp: { port: 1 } } }'),
      '3:19',
      /no service db/,
    ],
    [
      'a smoke check of another port',
      extension('  smoke:\n    - { name: up, service: web, check: { tcp: { port: 81 } } }'),
      '3:49',
      /port 81/,
    ],
    ['a backup of nothing', extension('  backup:\n    volumes:\n      data: {}'), '4:7', /no volume data/],
    [
      'a dump of nobody',
      `${extension('  backup:\n    volumes:\n      data: { dump: { service: db, command: [x], file: x } }', '    volumes: ["data:/d"]\n')}volumes:\n  data: {}\n`,
      '4:23',
      /no service db/,
    ],
    [
      'a leaf that nobody declares',
      extension('  secrets:\n    crt: { description: c, leaf: { name: web, part: key } }'),
      '3:36',
      /no leaf of pki web/,
    ],
    [
      'a certificate for nobody',
      extension('  secrets:\n    crt: { description: c, generate: { kind: certificate } }'),
      '3:28',
      /nobody says whom/,
    ],
    [
      'an authority of one year [S0-129]',
      extension('  pki: { authority: { commonName: ca, days: 365 }, leaves: [] }'),
      '2:39',
      /five years/,
    ],
    [
      'a leaf of two years',
      extension('  pki: { authority: { commonName: ca }, leaves: [{ name: a, hosts: [a.b], days: 730 }] }'),
      '2:75',
      /398/,
    ],
    [
      'a choice without values',
      extension('  settings:\n    A: { description: a, type: choice }'),
      '3:26',
      /needs its values/,
    ],
    [
      'a default that breaks its rules',
      extension('  settings:\n    A: { description: a, type: port, default: "99999" }'),
      '3:38',
      /must be a port/,
    ],
    [
      'a default outside of its choice',
      extension('  settings:\n    A: { description: a, type: choice, values: [x], default: y }'),
      '3:53',
      /one of x/,
    ],
    [
      'a default that is too short',
      extension('  settings:\n    A: { description: a, minLength: 3, default: ab }'),
      '3:40',
      /at least 3/,
    ],
    [
      'a default that is too much',
      extension('  settings:\n    A: { description: a, type: integer, max: 3, default: "4" }'),
      '3:49',
      /at most 3/,
    ],
    [
      'a least above the most',
      extension('  settings:\n    A: { description: a, min: 2, max: 1 }'),
      '3:26',
      /least is more/,
    ],
    [
      'a pattern that is none',
      extension('  settings:\n    A: { description: a, pattern: "[" }'),
      '3:26',
      /no regular expression/,
    ],
    [
      'a sensitive default',
      extension('  settings:\n    A: { description: a, sensitive: true, default: x }'),
      '3:43',
      /everybody would know/,
    ],
    [
      'a placeholder as default [S0-132]',
      extension('  settings:\n    A: { description: a, default: changeme }'),
      '3:26',
      /only stands in/,
    ],
    [
      'a value that is made and not sensitive',
      extension('  settings:\n    A: { description: a, generate: { kind: hex } }'),
      '3:26',
      /only a sensitive/,
    ],
    [
      'too little chance [S0-132]',
      extension('  settings:\n    A: { description: a, sensitive: true, generate: { kind: hex, bytes: 8 } }'),
      '3:66',
      /32/,
    ],
    [
      'two defaults',
      extension('  settings:\n    A: { description: a, default: x }', '    environment:\n      A: ${A:-y}\n'),
      '9:7',
      /A is y here .* and x by/,
    ],
    [
      'a sensitive default in the environment',
      extension(
        '  settings:\n    A: { description: a, sensitive: true }',
        '    environment:\n      A: ${A:-hunter22}\n',
      ),
      '9:7',
      /A is sensitive and has a default/,
    ],
    [
      'the same port of the host twice',
      'services:\n  a:\n    image: a:1\n    ports: ["80:80"]\n  b:\n    image: b:1\n    ports: ["127.0.0.1:80:81"]\n',
      '7:13',
      /port 80\/tcp of the host is taken by a/,
    ],
    ['a name that is no DNS label', 'services:\n  My_web:\n    image: a:1\n', '2:3', /DNS label/],
    [
      'a secret in a command [S0-161]',
      web('    command: redis-server --requirepass ${REDIS_PASSWORD:-x}\n'),
      '4:5',
      /REDIS_PASSWORD is a secret/,
    ],
    [
      'a variable without a value',
      web('    hostname: ${HOST_OF_WEB}\n'),
      '4:5',
      /HOST_OF_WEB is not set and has no default/,
    ],
    [
      'a demanded one outside of an environment',
      web('    hostname: ${HOST_OF_WEB:?say it}\n'),
      '4:5',
      /HOST_OF_WEB is not set and has no default/,
    ],
    [
      'a demanded one where no text may stand',
      web('    ports: ["${PORT_OF_WEB:?say it}:80"]\n'),
      '4:13',
      /ports\[0\]: the variable PORT_OF_WEB is not set and has no default\.$/,
    ],
    [
      'a demanded one where a number stands',
      web('    cpus: ${CPUS_OF_WEB:?}\n'),
      '4:11',
      /cpus: the variable CPUS_OF_WEB is not set and has no default\.$/,
    ],
    [
      'a volume of another service',
      web('    x-proxdeck: { kubernetes: { storage: { data: 1Gi } } }\n'),
      '4:44',
      /no volume data/,
    ],
  ])('%s', async (_what, yaml, place, message) => {
    await expect(load(yaml)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\w/),
    });
    await expect(load(yaml)).rejects.toThrow(`compose.yaml:${place}: `);
  });

  it('a folder without a Compose file', async () => {
    await expect(loadStack(aStackFolder({}))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('a folder whose name no target takes', async () => {
    await expect(load(web(''), {}, 'My_shop')).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('My_shop'),
    });
  });
});

describe('what works and should be known', () => {
  it.each<[what: string, yaml: string, told: RegExp]>([
    [
      'a setting that nothing uses',
      extension('  settings:\n    A: { description: a }'),
      /3:5: .*No service uses the setting A/,
    ],
    [
      'a secret in clear',
      web('    environment:\n      POSTGRES_PASSWORD: hunter22\n'),
      /5:7: .*POSTGRES_PASSWORD is a secret in clear/,
    ],
    [
      'a placeholder',
      web('    environment:\n      DOMAIN: your-domain.com\n'),
      /5:7: .*DOMAIN only stands in for a value/,
    ],
    ['a variable of the shell', web('    environment:\n      - TZ\n'), /5:9: .*TZ is taken from where Compose runs/],
    [
      'an undescribed secret',
      `${web('    secrets: [token]\n')}secrets:\n  token: { file: ./secrets/token }\n`,
      /6:3: .*secret token/,
    ],
    [
      'waiting for what cannot say it is healthy',
      'services:\n  web:\n    image: web:1\n    depends_on:\n      db: { condition: service_healthy }\n  db:\n    image: db:1\n',
      /5:7: .*waits until db is healthy/,
    ],
    ['a mount of what is not there', web('    volumes: ["./none:/d"]\n'), /4:15: .*\.\/none is not there/],
  ])('%s', async (_what, yaml, told) => {
    const { warnings } = await load(yaml);
    expect(warnings).toEqual([expect.stringMatching(told)]);
    expect(warnings.join()).not.toContain('hunter22');
  });

  it('is nothing where ports only look the same', async () => {
    const { warnings } = await load(
      'services:\n  a:\n    image: a:1\n    ports: ["53:53", "53:53/udp", "127.0.0.1:80:80", "127.0.0.2:80:80"]\n',
    );
    expect(warnings).toEqual([]);
  });
});
