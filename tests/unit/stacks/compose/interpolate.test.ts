import { describe, expect, it } from 'vitest';
import { interpolate } from '../../../../src/stacks/compose/interpolate.ts';
import { composeOf, refusalOf } from '../../../support/composeFiles.ts';

const values: Readonly<Record<string, string>> = { SET: 'set', EMPTY: '', HOST: 'h' };
const lookup = (name: string): string | undefined => values[name];
const textOf = (text: string): string => interpolate(text, lookup).text;

describe('variables in texts', () => {
  it.each([
    ['$SET', 'set'],
    ['${SET}}', 'set}'],
    ['$NOPE$SET', 'set'],
    ['${NOPE:-d}${EMPTY:-e}${EMPTY-f}', 'de'],
    ['${NOPE-a-b}', 'a-b'],
    ['${SET:+yes ${HOST}}${EMPTY:+no}${EMPTY+empty}${NOPE+no}', 'yes hempty'],
    ['${SET:?needed}${EMPTY?needed}!', 'set!'],
    ['${NOPE:-${EMPTY:-${HOST}}}-${SET:-x}', 'h-set'],
    ['${NOPE:-{"a":"b"}}', '{"a":"b"}'],
    ['${NOPE:-a:?b}', 'a:?b'],
    ['$$SET $${SET} $$$SET', '$SET ${SET} $set'],
    ['a $ b $1 5$', 'a $ b $1 5$'],
    ['${NOPE:-$$x}', '$x'],
  ])('%s becomes %s', (text, meant) => {
    expect(textOf(text)).toBe(meant);
  });

  it.each(['${', '${}', '${1A}', '${A b}', '${a.b}', '${A!x}', '${SET:-never closed', '${SET:-next\nline}'])(
    '%s is refused',
    (text) => {
      expect(() => textOf(text)).toThrow(/is no variable as Compose writes them/);
    },
  );

  it('that are needed say what for, itself with its variables replaced', () => {
    expect(() => textOf('${NOPE:?set it on ${HOST}}')).toThrow('the variable NOPE is needed and not set: set it on h');
    expect(() => textOf('${EMPTY:?}')).toThrow('the variable EMPTY is needed and not set.');
  });

  it('are kept beside the text, so that they can be left open', () => {
    expect(interpolate('https://${HOST:-x}:$PORT/', lookup)).toEqual({
      text: 'https://h:/',
      parts: [
        'https://',
        { variable: 'HOST', operator: ':-', written: '${HOST:-x}', value: 'h' },
        ':',
        { variable: 'PORT', operator: '', written: '$PORT', value: '' },
        '/',
      ],
      unset: ['PORT'],
    });
    expect(interpolate('5 $$', lookup).parts).toBeUndefined();
  });
});

describe('variables in a project', () => {
  it('that are not set are empty, with a warning at the place and what may be meant', async () => {
    const { project, warnings } = await composeOf('services:\n  a:\n    image: x:$TGA\n', {
      environment: { TAG: '1' },
    });
    expect(project.services['a']?.image).toBe('x:');
    expect(warnings).toEqual(['compose.yaml:3:12: The variable TGA is not set; it is empty here. Did you mean TAG?']);
  });

  it('that are needed refuse it at the place', async () => {
    expect(await refusalOf('services:\n  a:\n    image: x:${TAG:?which one}\n')).toBe(
      'compose.yaml:3:12: services.a.image: the variable TAG is needed and not set: which one Set TAG in .env beside the Compose file, or in the environment.',
    );
  });

  it('become numbers and yes or no where these are wanted', async () => {
    const { project, warnings } = await composeOf(
      `services:\n  a:\n    image: x\n    tty: "\${TTY:-yes}"\n    cpus: "\${CPUS:-1.5}"\n    pids_limit: \${PIDS}\n    healthcheck: { test: t, retries: "7" }\n`,
      { environment: { PIDS: '100' } },
    );
    expect(project.services['a']).toMatchObject({ tty: true, cpus: 1.5, pids_limit: 100, healthcheck: { retries: 7 } });
    expect(warnings).toEqual(['compose.yaml:4:10: Write `true` for `yes`.']);
  });

  it('that are no number where one is wanted are refused', async () => {
    const file = 'services:\n  a:\n    image: x\n    scale: ${SCALE}\n    tty: ${TTY}\n';
    expect(await refusalOf(file, { environment: { SCALE: 'two' } })).toContain(
      'compose.yaml:4:12: services.a.scale: a whole number is wanted here, this is `two`.',
    );
    expect(await refusalOf(file, { environment: { SCALE: '2' } })).toContain(
      'compose.yaml:5:10: services.a.tty: `true` or `false` is wanted here, this is nothing.',
    );
  });

  it('stand in no key', async () => {
    const { project } = await composeOf('services: { a: { image: x, labels: { "$SET": "$SET" } } }\n', {
      environment: values,
    });
    expect(project.services['a']?.labels).toEqual({ $SET: 'set' });
  });

  it('are told: by service and variable of its environment, and everywhere else', async () => {
    const { variables } = await composeOf(`services:
  a:
    image: x:\${TAG:-1}
    environment: { URL: "http://\${HOST:-h}/", PLAIN: a }
    ports: ["\${PORT:-80}:80"]
  b:
    image: y
    environment: ["KEY=\${KEY:-k}!", "\${HOST:-NAME}=v"]
`);
    const host = { variable: 'HOST', operator: ':-', written: '${HOST:-h}', value: 'h' };
    expect(variables.environment).toEqual({
      a: { URL: ['http://', host, '/'] },
      b: { KEY: [{ variable: 'KEY', operator: ':-', written: '${KEY:-k}', value: 'k' }, '!'] },
    });
    expect(variables.elsewhere).toEqual([
      { path: 'services.a.image', place: 'compose.yaml:3:5', variables: ['TAG'] },
      { path: 'services.a.ports[0]', place: 'compose.yaml:5:13', variables: ['PORT'] },
    ]);
  });
});
