import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { matchesOperation, parseAccess, placeIn, roleOf } from '../../../src/config/access.ts';
import { productFolder } from '../../../src/config/paths.ts';

const operations = ['guest.start', 'guest.stop', 'guest.delete', 'snapshot.create', 'api.post'];
const parse = (text: string) => parseAccess(text, 'access.yaml', operations);

const whole = `people:
  ada: admin
  bob: { role: developer, user: bob@pve, email: bob@example.org }
  eve: tester
contexts:
  prod: team_lead
roles:
  developer:
    pools: [dev]
    limits: { cores: 2, memory: 1.5G }
  tester:
    based_on: team_lead
    may_not: guest.delete
    quota: { cores: 6 }
    pools: test
`;

describe('who may do what', () => {
  it('[S0-137] reads people, contexts and roles, each with its line', () => {
    const rules = parse(whole);
    expect(rules.people['bob']).toEqual({ role: 'developer', user: 'bob@pve', email: 'bob@example.org' });
    expect(rules.people['ada']).toEqual({ role: 'admin' });
    expect(rules.roles['tester']).toMatchObject({ may_not: ['guest.delete'], pools: ['test'], quota: { cores: 6 } });
    expect(rules.roles['tester']?.may).toContain('guest.migrate');
    expect(placeIn(rules, 'roles.developer.limits.cores')).toBe('access.yaml:10');
    expect(placeIn(rules, 'roles.developer.may')).toBe('access.yaml:8');
    expect(placeIn(rules, 'roles.admin.may')).toBe('access.yaml');
  });

  it('[S0-138] knows the limits of the built-in roles: four cores and 8 GiB, eight and 16 GiB, none', () => {
    const { roles } = parse('people: { ada: admin }');
    const gibibyte = 2 ** 30;
    expect(roles['developer']).toMatchObject({ limits: { cores: 4, memory: 8 * gibibyte }, quota: { cores: 4 } });
    expect(roles['team_lead']).toMatchObject({ limits: { cores: 8, memory: 16 * gibibyte } });
    expect(roles['admin']).toMatchObject({ may: ['*'], limits: {}, quota: {} });
  });

  it('keeps of a built-in role what a file does not change', () => {
    const { roles } = parse(whole);
    expect(roles['developer']).toMatchObject({ pools: ['dev'], limits: { cores: 2, memory: 1.5 * 2 ** 30 } });
    expect(roles['developer']?.may).toContain('guest.start');
  });

  it('finds the role that counts: of the context, of the person, the default, none', () => {
    const rules = parse(whole);
    expect(roleOf(rules, 'ada', 'home')).toMatchObject({ name: 'admin', place: 'access.yaml:2' });
    expect(roleOf(rules, 'ada', 'prod')).toMatchObject({ name: 'team_lead', place: 'access.yaml:6' });
    expect(roleOf(rules, 'mallory', 'home')).toMatchObject({ may: [], place: 'access.yaml' });
    expect(roleOf(rules, 'constructor', 'home').name).toBeUndefined();
    expect(roleOf(parse('default: developer'), 'mallory', 'home')).toMatchObject({ name: 'developer' });
  });

  it('matches operations by name and by star', () => {
    expect(matchesOperation('guest.*', 'guest.start')).toBe(true);
    expect(matchesOperation('guest.*', 'guests')).toBe(false);
    expect(matchesOperation('*', 'api.post')).toBe(true);
    expect(matchesOperation('*.create', 'snapshot.create')).toBe(true);
  });

  it.each([
    ['people: { ada: admn }', 'access.yaml:1:11: people.ada: there is no role admn. Did you mean admin?'],
    ['contexts: { prod: lead }', 'access.yaml:1:13: contexts.prod: there is no role lead.'],
    ['default: [x]', 'access.yaml:1:1: default: expected string, received array'],
    ['peple: {}', 'access.yaml:1:1: peple: there is no such key. Did you mean people?'],
    [
      'roles:\n  dev:\n    may: [guest.strat]',
      'access.yaml:3:5: roles.dev.may: there is no operation guest.strat. Did you mean guest.start?',
    ],
    [
      'roles:\n  dev:\n    limits: { memory: much }',
      'access.yaml:3:15: roles.dev.limits.memory: "much" is no size; write 512M or 8G',
    ],
    ['roles:\n  dev:\n    limits: { cores: 0 }', 'access.yaml:3:15: roles.dev.limits.cores: at least one core'],
    ['roles:\n  dev:\n    quota: { cores: 2 }', 'access.yaml:3:5: roles.dev.quota: a quota is for the guests of pools'],
    ['roles:\n  dev:\n    mai: []', 'access.yaml:3:5: roles.dev.mai: there is no such key. Did you mean may?'],
    [
      'people:\n  bob: { role: admin, user: bob }',
      'access.yaml:2:23: people.bob.user: a user is written with its realm, as in root@pam',
    ],
    [
      'roles:\n  dev: { based_on: devloper }',
      'access.yaml:2:10: roles.dev.based_on: there is no role devloper. Did you mean developer?',
    ],
    [
      'roles:\n  a: { based_on: b }\n  b: { based_on: a }',
      'access.yaml:2:8: roles.a.based_on: the role is based on itself',
    ],
    ['people: {', 'this is not YAML'],
  ])('says what is wrong and where: %s', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('understands the example of docs/access.md', () => {
    const text = readFileSync(path.join(productFolder(), 'docs/access.md'), 'utf8');
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(text) ?? [];
    const names = ['guest.start', 'guest.stop', 'guest.delete', 'snapshot.create', 'api.post'];
    const rules = parseAccess(example, 'access.yaml', names);
    expect(roleOf(rules, 'developer1', 'home')).toMatchObject({ name: 'developer', pools: ['dev'] });
    expect(rules.roles['tester']).toMatchObject({ sees: 'pools', quota: { cores: 16 } });
  });
});
