import { describe, expect, it } from 'vitest';
import { generatorNames, usualOptions, type Artifact } from '../../../src/models/artifact.ts';
import { chosenGenerators, desiredFiles, renderings, type Rendering } from '../../../src/stacks/render.ts';
import { stackOf } from '../../support/stacks.ts';

const stack = stackOf({ project: { name: 'web', services: { web: { image: 'nginx:1.31' } } } });

const made = (...paths: readonly string[]): Rendering => ({
  generator: 'compose',
  artifacts: paths.map((path): Artifact => ({ path, content: path, mode: 0o644 })),
  losses: [],
});

const all = async (): Promise<readonly Rendering[]> => {
  const found: Rendering[] = [];
  for await (const rendering of renderings(stack, ['compose', 'systemd'], usualOptions)) found.push(rendering);
  return found;
};

describe('choosing generators', () => {
  it('takes all, those of the workspace, or those that are named, in their own order', () => {
    expect(chosenGenerators([])).toEqual(generatorNames);
    expect(chosenGenerators([], ['systemd', 'compose'])).toEqual(['compose', 'systemd']);
    expect(chosenGenerators(['systemd', 'helm'], ['compose'])).toEqual(['helm', 'systemd']);
  });

  it('says what was meant', () => {
    expect(() => chosenGenerators(['hlem'])).toThrow('There is no generator hlem. Did you mean helm?');
  });
});

describe('making files', () => {
  it('makes those of each generator, the same each time', async () => {
    const once = await all();
    const again = await all();
    expect(once.map(({ generator }) => generator)).toEqual(['compose', 'systemd']);
    expect([...desiredFiles(once)]).toEqual([...desiredFiles(again)]);
    expect([...desiredFiles(once).keys()]).toContain('compose/compose.yaml');
  });

  it.each(['/etc/passwd', '../up', 'a/../../b', './a', 'a//b', 'a\\b', ''])('refuses the path %j', (path) => {
    expect(() => desiredFiles([made(path)])).toThrow('this path leaves its folder');
  });

  it('refuses two files of one path', () => {
    expect(() => desiredFiles([made('a', 'b', 'a')])).toThrow('compose/a: two files were made for this path.');
  });
});
