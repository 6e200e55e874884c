import { describe, expect, it } from 'vitest';
import { composeOf, refusalOf } from '../../../support/composeFiles.ts';

const one = 'services: { a: { image: x } }\n';
const imageOf = async (...given: Parameters<typeof composeOf>): Promise<string | undefined> =>
  (await composeOf(...given)).project.services['a']?.image;

describe('the files of a project', () => {
  it('are found by their usual names, the newest first, with the override beside', async () => {
    const files = { 'docker-compose.yml': 'services: { a: { image: old } }\n' };
    expect(await imageOf(files)).toBe('old');
    expect(await imageOf({ ...files, 'compose.yaml': one })).toBe('x');
    expect(await imageOf({ ...files, 'compose.override.yml': 'services: { a: { image: over } }\n' })).toBe('over');
  });

  it('are those that are given, without what lies beside', async () => {
    const files = {
      'compose.yaml': one,
      'b.yaml': 'services: { a: { image: b } }\n',
      'compose.override.yaml': 'services: { a: { image: over } }\n',
    };
    expect(await imageOf(files, { files: ['compose.yaml', 'b.yaml'] })).toBe('b');
    expect(await imageOf({ ...files, '.env': 'COMPOSE_FILE=compose.yaml:b.yaml\n' })).toBe('b');
  });

  it('must be there', async () => {
    await expect(composeOf({})).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no Compose file in /project.',
    });
    expect(await refusalOf({}, { files: ['nope.yaml'] })).toContain('there is no file `nope.yaml`.');
  });
});

describe('variables of a project', () => {
  const file = 'services: { a: { image: "x:${TAG:-none}" } }\n';

  it('come from around, then from .env, then from their defaults', async () => {
    expect(await imageOf(file)).toBe('x:none');
    expect(await imageOf({ 'compose.yaml': file, '.env': 'TAG=env\n' })).toBe('x:env');
    expect(await imageOf({ 'compose.yaml': file, '.env': 'TAG=env\n' }, { environment: { TAG: 'around' } })).toBe(
      'x:around',
    );
  });

  it('come from other files where these are named; they must be there', async () => {
    const files = { 'compose.yaml': file, '.env': 'TAG=env\n', 'prod.env': 'TAG=prod\n' };
    expect(await imageOf(files, { envFiles: ['prod.env'] })).toBe('x:prod');
    expect(await refusalOf(files, { envFiles: ['nope.env'] })).toContain('There is no file nope.env.');
  });
});

describe('the name of a project', () => {
  const nameOf = async (...given: Parameters<typeof composeOf>): Promise<string> =>
    (await composeOf(...given)).project.name;

  it('is that which is given, of COMPOSE_PROJECT_NAME, of the files, of the folder', async () => {
    const named = 'name: "My ${WHAT:-App}.1"\nservices: { a: { image: "${COMPOSE_PROJECT_NAME}" } }\n';
    expect(await nameOf(one)).toBe('project');
    expect(await nameOf(named)).toBe('myapp1');
    expect(await imageOf(named)).toBe('myapp1');
    expect(await nameOf({ 'compose.yaml': named, '.env': 'COMPOSE_PROJECT_NAME=env\n' })).toBe('env');
    expect(await nameOf(named, { projectName: 'given' })).toBe('given');
  });

  it('is refused when it cannot be one', async () => {
    expect(await refusalOf(one, { projectName: 'My App' })).toContain('`My App` cannot be the name of a project.');
    expect(await refusalOf(`name: "__"\n${one}`)).toContain('leaves no name for the project');
  });
});

describe('profiles', () => {
  const file = 'services: { a: { image: x }, b: { image: y, profiles: [p] }, c: { image: z, profiles: [q, r] } }\n';
  const servicesOf = async (...given: Parameters<typeof composeOf>): Promise<string[]> =>
    Object.keys((await composeOf(...given)).project.services);

  it('leave out services, unless one of theirs is active', async () => {
    expect(await servicesOf(file)).toEqual(['a']);
    expect(await servicesOf(file, { profiles: ['r'] })).toEqual(['a', 'c']);
    expect(await servicesOf(file, { profiles: ['*'] })).toEqual(['a', 'b', 'c']);
    expect(await servicesOf({ 'compose.yaml': file, '.env': 'COMPOSE_PROFILES=p, q\n' })).toEqual(['a', 'b', 'c']);
  });

  it('do not hide what is wrong in a service that is left out', async () => {
    expect(
      await refusalOf('services:\n  a: { image: x }\n  b: { image: y, profiles: [p], stop_grace_period: soon }\n'),
    ).toContain('compose.yaml:3:33: services.b.stop_grace_period');
  });
});

describe('places', () => {
  it('are known of every key, through anchors, overrides and other files', async () => {
    const { placeOf } = await composeOf({
      'compose.yaml': `x-env: &env
  LEVEL: info
services:
  a:
    image: x
    environment: *env
    ports:
      - "80:80"
  b:
    extends: { file: base.yaml, service: b }
    environment: [ONE=1, TWO=2]
`,
      'compose.override.yaml': 'services:\n  a:\n    image: y\n',
      'base.yaml': 'services:\n  b:\n    image: z\n',
    });
    expect(placeOf(['services', 'a', 'image'])).toBe('compose.override.yaml:3:5');
    expect(placeOf(['services', 'a', 'environment', 'LEVEL'])).toBe('compose.yaml:2:3');
    expect(placeOf(['services', 'a', 'ports', 0, 'target'])).toBe('compose.yaml:8:9');
    expect(placeOf(['services', 'b', 'image'])).toBe('base.yaml:3:5');
    expect(placeOf(['services', 'b', 'environment', 'TWO'])).toBe('compose.yaml:11:26');
    expect(placeOf(['services', 'a', 'networks', 'default'])).toBe('compose.yaml:4:3');
    expect(placeOf(['volumes'])).toBeUndefined();
  });

  it('are told of what means nothing any more', async () => {
    expect((await composeOf(`version: "3.8"\n${one}`)).warnings).toEqual([
      'compose.yaml:1:1: `version` means nothing to Compose any more.',
    ]);
  });
});
