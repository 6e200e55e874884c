import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { blueprints } from '../support/blueprints.ts';
import {
  apply,
  asking,
  builtOf,
  complaints,
  demand,
  endNamespace,
  kubectl,
  makeNamespace,
  objectsOf,
  presentOf,
} from './asking.ts';

const workspace = inject('workspace');
const shell = await asking('bash');

const componentSchema = z.object({
  secretGenerator: z.tuple([z.object({ files: z.array(z.string()).default([]) })]),
});

/** Makes the files that a component of secrets asks for. */
const giveSecrets = (component: string): void => {
  const { secretGenerator } = componentSchema.parse(
    parse(readFileSync(path.join(component, 'kustomization.yaml'), 'utf8')),
  );
  for (const entry of secretGenerator[0].files) {
    const file = path.join(component, entry.replace(/^[^=]*=/, ''));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'given');
  }
  const example = path.join(component, 'secrets.env.example');
  if (!existsSync(example)) return;
  const text = readFileSync(example, 'utf8').replaceAll(/^#?(\S+)=$/gm, '$1=given');
  writeFileSync(path.join(component, 'secrets.env'), text);
};

/** Removes what manifests made, and the namespace that it is in. */
const expectRemoved = (manifests: string, namespace: string): void => {
  expect(complaints(kubectl(['delete', '--wait=false', '--filename=-'], manifests))).toEqual([]);
  demand(kubectl(['delete', '--wait=false', '--ignore-not-found', 'namespace', namespace]));
  endNamespace(namespace);
  expect(presentOf(manifests)).toEqual([]);
};

/** Applies manifests and removes what they made. */
const expectAccepted = (manifests: string, namespace: string): void => {
  expect(complaints(apply(manifests))).toEqual([]);
  expect(presentOf(manifests)).toHaveLength(objectsOf(manifests).length);
  expectRemoved(manifests, namespace);
};

describe.each(blueprints)('the manifests of %s', (stack) => {
  const folder = path.join(workspace, 'rendered', stack, 'kubernetes');
  const overlays = readdirSync(path.join(folder, 'overlays')).map((name) => `overlays/${name}`);

  const copied = (name: string): string => {
    const copy = path.join(workspace, name, stack);
    cpSync(folder, copy, { recursive: true });
    return copy;
  };

  it('are all in the namespace of the stack', () => {
    expect(overlays).toEqual(['overlays/development', 'overlays/production']);
    const objects = ['base', ...overlays].flatMap((part) => objectsOf(builtOf(path.join(folder, part))));
    const namespaces = objects.map(({ kind, metadata }) => (kind === 'Namespace' ? metadata.name : metadata.namespace));
    expect([...new Set(namespaces)]).toEqual([stack]);
  });

  it('are applied and removed: base', () => {
    makeNamespace(stack);
    expectAccepted(builtOf(path.join(folder, 'base')), stack);
  });

  it.each(overlays)('are applied and removed: %s', (overlay) => {
    expectAccepted(builtOf(path.join(folder, overlay)), stack);
  });

  const withSecrets = existsSync(path.join(folder, 'components/secrets')) ? ['overlays/production'] : [];
  it.each(withSecrets)('are applied and removed: %s, with the Secret', (part) => {
    const copy = copied('with-secrets');
    giveSecrets(path.join(copy, 'components/secrets'));
    const overlay = path.join(copy, part);
    writeFileSync(path.join(overlay, 'kustomization.yaml'), 'components: [../../components/secrets]\n', { flag: 'a' });
    const built = builtOf(overlay);
    expect(objectsOf(built).map(({ kind }) => kind)).toContain('Secret');
    expectAccepted(built, stack);
  });

  it('are installed by the commands of their README, after which nothing is different', () => {
    const copy = copied('by-readme');
    writeFileSync(path.join(copy, 'secrets.env'), 'KEY=given\n');
    mkdirSync(path.join(copy, 'secrets'));
    writeFileSync(path.join(copy, 'secrets/KEY'), 'given');
    const readme = readFileSync(path.join(copy, 'README.md'), 'utf8');
    const commands = /^## Install\n\n```sh\n(.*?)\n```$/ms.exec(readme)?.[1]?.split('\n') ?? [];
    expect(commands).toContain('kubectl apply -k overlays/production');
    const here = (command: string) => shell(['-c', `cd "$0" && ${command}`, copy]);
    for (const command of commands) {
      // A difference is told by the exit code; no pod is there, since no controller runs.
      const isMeant = (line: string) =>
        line.startsWith('No resources found') || (line === 'ended with 1' && command.startsWith('kubectl diff'));
      expect(complaints(here(command)).filter((line) => !isMeant(line))).toEqual([]);
    }
    expect(here('kubectl diff -k overlays/production')).toEqual({ code: 0, out: '', err: '' });
    expectRemoved(builtOf(path.join(copy, 'overlays/production')), stack);
  });
});
