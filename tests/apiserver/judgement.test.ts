import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { apply, asking, builtOf, complaints, makeNamespace } from './asking.ts';

const workspace = inject('workspace');
const indent = ' '.repeat(6);

/** Mistakes in the Deployment of whoami, and what has to be said of them. */
const mistakes = [
  {
    title: 'a field that there is not',
    instead: 'automountServiceAccountToken: false',
    by: 'automountToken: false',
    complaint: /automountToken/,
  },
  {
    title: 'a mount without its volume',
    instead: `volumes:\n${indent}  - name: tmp`,
    by: `volumes:\n${indent}  - name: other`,
    complaint: /volumeMounts\[0\]\.name: Not found: "tmp"/,
  },
  {
    title: 'a selector that does not meet its pods',
    instead: 'app.kubernetes.io/component: whoami\n  template:',
    by: 'app.kubernetes.io/component: other\n  template:',
    complaint: /`selector` does not match template `labels`/,
  },
  {
    title: 'a label of nodes that is no longer used',
    instead: 'enableServiceLinks: false',
    by: `enableServiceLinks: false\n${indent}nodeSelector: {beta.kubernetes.io/os: linux}`,
    complaint: /beta\.kubernetes\.io\/os.*deprecated/,
  },
  {
    title: 'more rights than the namespace grants',
    instead: 'enableServiceLinks: false',
    by: `enableServiceLinks: false\n${indent}hostPID: true`,
    complaint: /would violate PodSecurity .*hostPID/,
  },
].map((mistake, index) => ({ ...mistake, number: String(index + 1) }));

type Mistake = (typeof mistakes)[number];

/** Returns the folder of a copy of what was rendered of whoami, with the mistake in a file of it. */
const planted = (from: string, deployment: string, { instead, by }: Mistake, name: string): string => {
  const folder = path.join(workspace, 'planted', name);
  cpSync(path.join(workspace, 'rendered/whoami', from), folder, { recursive: true });
  const file = path.join(folder, deployment);
  const parts = readFileSync(file, 'utf8').split(instead);
  expect(parts).toHaveLength(2);
  writeFileSync(file, parts.join(by));
  return folder;
};

describe('kubectl, asked to apply a mistake', () => {
  it.each(mistakes)('tells of $title', (mistake) => {
    const namespace = `planted-kubectl-${mistake.number}`;
    makeNamespace(namespace);
    const folder = planted('kubernetes/base', 'deployment.yaml', mistake, namespace);
    const kustomization = path.join(folder, 'kustomization.yaml');
    const text = readFileSync(kustomization, 'utf8').replace(/^namespace: .*$/m, `namespace: ${namespace}`);
    writeFileSync(kustomization, text);
    expect(complaints(apply(builtOf(folder))).join('\n')).toMatch(mistake.complaint);
  });
});

describe.each(['helm', 'helm3'])('%s, asked to install a mistake', async (program) => {
  const helm = await asking(program);

  it.each(mistakes)('tells of $title', (mistake) => {
    const namespace = `planted-${program}-${mistake.number}`;
    makeNamespace(namespace);
    const chart = planted('helm', 'templates/deployment.yaml', mistake, namespace);
    const said = helm(['install', 'whoami', chart, `--namespace=${namespace}`]);
    expect(complaints(said).join('\n')).toMatch(mistake.complaint);
  });
});
