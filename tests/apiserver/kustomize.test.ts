import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { blueprints } from '../support/blueprints.ts';
import {
  apply,
  builtOf,
  complaints,
  demand,
  endNamespace,
  kubectl,
  makeNamespace,
  objectsOf,
  presentOf,
} from './asking.ts';

const rendered = path.join(inject('workspace'), 'rendered');

describe.each(blueprints)('the manifests of %s', (stack) => {
  const folder = path.join(rendered, stack, 'kubernetes');
  const overlays = readdirSync(path.join(folder, 'overlays')).map((name) => `overlays/${name}`);

  it('have overlays', () => {
    expect(overlays).toEqual(['overlays/development', 'overlays/production']);
  });

  it.each(['base', ...overlays])('are applied and removed: %s', (part) => {
    const built = builtOf(path.join(folder, part));
    const [namespace = '', ...others] = new Set(objectsOf(built).flatMap(({ metadata }) => metadata.namespace ?? []));
    expect(others).toEqual([]);
    // Of the base alone it is made by hand.
    if (part === 'base') makeNamespace(namespace);

    expect(complaints(apply(built))).toEqual([]);
    expect(presentOf(built)).toHaveLength(objectsOf(built).length);

    expect(complaints(kubectl(['delete', '--wait=false', '--filename=-'], built))).toEqual([]);
    if (part === 'base') demand(kubectl(['delete', '--wait=false', 'namespace', namespace]));
    endNamespace(namespace);
    expect(presentOf(built)).toEqual([]);
  });
});
