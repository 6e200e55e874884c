import { describe, expect, it } from 'vitest';
import { contextNamed, loadConfig } from '../../../src/config/config.ts';
import { configFile, stateFolder } from '../../../src/config/paths.ts';
import { aHome } from './folder.ts';

const token = 'root@pam!main=8d1f4c1e-0000-4000-8000-000000000001';
const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');

const two = `current: home
contexts:
  home: # the rack in the cellar
    url: https://pve1:8006
    token: ${token}
  work:
    addresses: [pve1.example.org, 'https://pve2.example.org:8006']
    username: ada@pve
    prod: true
    read_only: true
`;

describe('where things lie', () => {
  it('follows XDG, and ignores a relative path there', () => {
    expect(configFile({ HOME: '/home/ada' })).toBe('/home/ada/.config/proxdeck/config.yaml');
    expect(configFile({ HOME: '/home/ada', XDG_CONFIG_HOME: '/etc/ada' })).toBe('/etc/ada/proxdeck/config.yaml');
    expect(configFile({ HOME: '/home/ada', XDG_CONFIG_HOME: 'here' })).toBe('/home/ada/.config/proxdeck/config.yaml');
    expect(stateFolder({ HOME: '/home/ada', XDG_STATE_HOME: '/var/ada' })).toBe('/var/ada/proxdeck');
  });
});

describe('reading the configuration', () => {
  it('reads contexts, with one address or several', async () => {
    const config = await loadConfig(aHome(two));
    expect(config.current).toBe('home');
    expect(contextNamed(config)).toEqual({ addresses: ['https://pve1:8006'], token, prod: false, read_only: false });
    expect(contextNamed(config, 'work')).toMatchObject({
      addresses: ['pve1.example.org', 'https://pve2.example.org:8006'],
      username: 'ada@pve',
      prod: true,
      read_only: true,
    });
  });

  it('has no contexts without a file, and says what to do when one is needed', async () => {
    const config = await loadConfig(aHome());
    expect(config.contexts).toEqual({});
    expect(() => contextNamed(config)).toThrow('No cluster is configured.');
    expect(() => contextNamed(config, 'constructor')).toThrow('There is no context constructor.');
  });

  it('takes the only context as the current one', async () => {
    expect((await loadConfig(aHome('contexts: { lab: { url: pve1 } }'))).current).toBe('lab');
  });

  it('says which context was probably meant', async () => {
    const config = await loadConfig(aHome(two));
    expect(() => contextNamed(config, 'hone')).toThrow('There is no context hone. Did you mean home?');
  });

  it.each([
    [
      'a key that is not one',
      'contexts:\n  home:\n    url: pve1\n    prood: true\n',
      '4:5: contexts.home.prood: there is no such key. Did you mean prod?',
    ],
    ['a key at the top that is not one', 'curent: home\n', '1:1: curent: there is no such key. Did you mean current?'],
    [
      'a value of the wrong type',
      'contexts:\n  home:\n    url: pve1\n    prod: maybe\n',
      '4:5: contexts.home.prod: expected boolean, received string',
    ],
    [
      'an address that is none',
      'contexts:\n  home:\n    url: http://pve1\n',
      '3:5: contexts.home.url: this is no address',
    ],
    [
      'one bad address of several',
      'contexts:\n  home:\n    addresses: [pve1, "a b"]\n',
      '3:23: contexts.home.addresses.1: this is no address',
    ],
    ['a context without address', 'contexts:\n  home:\n    prod: true\n', '2:3: contexts.home: has no address'],
    [
      'a token of another form',
      'contexts:\n  home:\n    url: pve1\n    token: hunter2\n',
      '4:5: contexts.home.token: a token has the form',
    ],
    [
      'token and user at once',
      `contexts:\n  home:\n    url: pve1\n    token: ${token}\n    username: a@pam\n`,
      '2:3: contexts.home: has both token and username',
    ],
    [
      'a context name with a blank',
      'contexts:\n  my home:\n    url: pve1\n',
      '2:3: contexts.my home: a name has letters',
    ],
    [
      'the name of the variables',
      'contexts:\n  environment:\n    url: pve1\n',
      '2:3: contexts.environment: this name stands for',
    ],
    [
      'a current context that is not there',
      'current: hme\ncontexts:\n  home: { url: pve1 }\n',
      '1:1: current: there is no context hme. Did you mean home?',
    ],
    ['what is not YAML', 'contexts:\n  home: {\n', '3:1: this is not YAML'],
    ['a key twice', 'theme: a\ntheme: b\n', '2:1: this is not YAML: Map keys must be unique'],
    ['something else than keys', '- home\n', '1:1: expected object, received array'],
  ])('names file, line and key for %s', async (_what, yaml, message) => {
    const env = aHome(yaml);
    await expect(loadConfig(env)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(`${configFile(env)}:${message}`),
    });
  });
});

describe('PROXDECK_* variables', () => {
  it('form a context of their own, beside those of the file', async () => {
    const config = await loadConfig({
      ...aHome(two),
      PROXDECK_URL: 'https://a:1, b',
      PROXDECK_TOKEN: token,
      PROXDECK_FINGERPRINT: fingerprint.toLowerCase(),
    });
    expect(config.current).toBe('environment');
    expect(contextNamed(config)).toEqual({
      addresses: ['https://a:1', 'b'],
      token,
      fingerprint,
      prod: false,
      read_only: false,
    });
    expect(contextNamed(config, 'home').addresses).toEqual(['https://pve1:8006']);
  });

  it('override the current context when they do not say where', async () => {
    const other = token.replace('main', 'other');
    const config = await loadConfig({ ...aHome(two), PROXDECK_TOKEN: other });
    expect(contextNamed(config)).toMatchObject({ addresses: ['https://pve1:8006'], token: other });
    expect(contextNamed(config, 'home').token).toBe(token);
  });

  it('sign in with a password, which takes the place of the token', async () => {
    const config = await loadConfig({ ...aHome(two), PROXDECK_USER: 'ada@pve', PROXDECK_PASSWORD: 'hush' });
    expect(contextNamed(config)).toEqual({
      addresses: ['https://pve1:8006'],
      username: 'ada@pve',
      password: 'hush',
      prod: false,
      read_only: false,
    });
  });

  it('are named when they are wrong', async () => {
    await expect(loadConfig({ ...aHome(), PROXDECK_URL: 'pve1', PROXDECK_TOKEN: 'x' })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/^PROXDECK_TOKEN: a token has the form/),
    });
  });

  it('count as not set when they are empty', async () => {
    expect((await loadConfig({ ...aHome(two), PROXDECK_URL: '' })).current).toBe('home');
  });
});
