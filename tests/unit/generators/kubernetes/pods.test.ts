import { describe, expect, it } from 'vitest';
import { kubernetes } from '../../../../generators/kubernetes/index.ts';
import type { ComposeService } from '../../../../src/models/compose.ts';
import { textsOf } from '../../../support/rendered.ts';
import { stackOf } from '../../../support/stacks.ts';

const deploymentOf = (service: ComposeService): string => {
  const stack = stackOf({ project: { name: 'box', services: { box: { image: 'box:1', ...service } } } });
  return textsOf(kubernetes, stack)['base/deployment.yaml'] ?? '';
};

describe('a variable whose name cannot be a key of a ConfigMap', () => {
  it('stands in the container, and the others in the ConfigMap', () => {
    const environment = { '1': 'one', 'with space': 'two', true: 'three', USUAL: 'four' };
    const stack = stackOf({ project: { name: 'box', services: { box: { image: 'box:1', environment } } } });
    const texts = textsOf(kubernetes, stack);
    const deployment = texts['base/deployment.yaml'] ?? '';
    for (const [name, value] of [
      ['"1"', 'one'],
      ['with space', 'two'],
      ['"true"', 'three'],
    ])
      expect(deployment).toMatch(new RegExp(`- name: ${name}\\n +value: ${value}\\n`));
    expect(texts['base/config/box.env']).toBe('USUAL=four\n');
  });
});

describe('a pod whose first process reaps', () => {
  it('shares its processes', () => {
    expect(deploymentOf({ init: true })).toContain('shareProcessNamespace: true');
  });

  it('shares none among those of the machine: the API server refuses both', () => {
    const deployment = deploymentOf({ init: true, pid: 'host' });
    expect(deployment).toContain('hostPID: true');
    expect(deployment).not.toContain('shareProcessNamespace');
  });
});
