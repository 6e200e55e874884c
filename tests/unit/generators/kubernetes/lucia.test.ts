import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderBlueprint } from '../../../support/blueprints.ts';

/** The manifests of lucia, against what the document asks for and what was wrong in it. */

let files: ReadonlyMap<string, { readonly content: string }>;

beforeAll(async () => {
  ({ files } = await renderBlueprint('lucia'));
});

const text = (path: string): string => {
  const file = files.get(`kubernetes/${path}`);
  if (file === undefined) throw new Error(`there is no kubernetes/${path}`);
  return file.content;
};
const object = (path: string): unknown => parse(text(path));

describe('the manifests of lucia', () => {
  it('have a namespace that checks its pods [S3-090]', () => {
    expect(object('namespace/namespace.yaml')).toMatchObject({
      kind: 'Namespace',
      metadata: { name: 'lucia', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
  });

  it('have the Deployment, with one writer at a time [S3-091]', () => {
    expect(object('base/deployment.yaml')).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'lucia' },
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        template: { spec: { containers: [{ image: expect.stringMatching(/^seiggy\/lucia:1\.0\.0(@sha256:.+)?$/) }] } },
      },
    });
  });

  it('have the Service, 80 to the port of the container [S3-092]', () => {
    expect(object('base/service.yaml')).toMatchObject({
      kind: 'Service',
      metadata: { name: 'lucia' },
      spec: {
        type: 'ClusterIP',
        ports: expect.arrayContaining([expect.objectContaining({ port: 80, targetPort: 'http' })]),
      },
    });
  });

  it('have the Ingress in production, the host from one place [S3-093]', () => {
    expect(object('overlays/production/ingress.yaml')).toMatchObject({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      spec: { rules: [{ host: 'lucia.home.arpa' }], tls: [{ secretName: 'lucia-tls' }] },
    });
    expect(object('overlays/production/place.yaml')).toMatchObject({ data: { 'lucia-host': 'lucia.home.arpa' } });
    expect(files.has('kubernetes/base/ingress.yaml')).toBe(false);
  });

  it('have the settings as a generated ConfigMap, each on a line [S3-094]', () => {
    const env = text('base/config/lucia.env');
    for (const line of [
      'HomeAssistant__BaseUrl=http://homeassistant.local:8123',
      'OpenAI__ModelId=gpt-4o',
      'Redis__ConnectionString=redis:6379',
    ])
      expect(env.split('\n')).toContain(line);
    expect(object('base/kustomization.yaml')).toMatchObject({
      configMapGenerator: expect.arrayContaining([
        expect.objectContaining({ name: 'lucia-config', envs: ['config/lucia.env'] }),
      ]),
    });
  });

  it('have the Secret as an example only, generated from a file nobody commits [S3-095]', () => {
    expect(object('components/secrets/kustomization.yaml')).toMatchObject({
      kind: 'Component',
      secretGenerator: [{ name: 'lucia', envs: ['secrets.env'] }],
    });
    const example = text('components/secrets/secrets.env.example');
    expect(example).toMatch(/^HomeAssistant__AccessToken=$/m);
    expect(example).toMatch(/^Redis__Password=$/m);
    expect(example).not.toMatch(/^[A-Za-z_]+=.+$/m);
    expect(text('components/secrets/.gitignore').split('\n')).toContain('secrets.env');
    const base = [...files].filter(([file]) => file.startsWith('kubernetes/base/'));
    expect(base.filter(([, { content }]) => content.includes('kind: Secret'))).toEqual([]);
  });

  it('have Redis as a StatefulSet with a claim and a headless Service [S3-096]', () => {
    expect(object('base/redis-statefulset.yaml')).toMatchObject({
      kind: 'StatefulSet',
      spec: {
        serviceName: 'redis-headless',
        volumeClaimTemplates: [
          { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
        ],
        template: { spec: { containers: [{ resources: { limits: { memory: '512Mi' } } }] } },
      },
    });
    expect(object('base/redis-headless-service.yaml')).toMatchObject({ spec: { clusterIP: 'None' } });
  });

  it('have one object a file, all of them named [S3-097]', () => {
    const kustomization = object('base/kustomization.yaml') as { readonly resources: readonly string[] };
    const manifests = [...files.keys()].flatMap((file) => /^kubernetes\/base\/([^/]+\.yaml)$/.exec(file)?.[1] ?? []);
    expect([...kustomization.resources, 'kustomization.yaml'].toSorted()).toEqual(manifests.toSorted());
    for (const name of manifests) expect(text(`base/${name}`)).not.toMatch(/^---/m);
  });

  it('use what kustomize has today: generators and replacements, nothing deprecated [S3-099]', () => {
    const keys = [...files]
      .filter(([file]) => /^kubernetes\/.*kustomization\.yaml$/.test(file))
      .flatMap(([, { content }]) => Object.keys(parse(content) as object));
    const old = ['vars', 'commonLabels', 'patchesStrategicMerge', 'patchesJson6902', 'bases', 'imageTags'];
    expect(keys.filter((key) => old.includes(key))).toEqual([]);
    expect(object('overlays/production/kustomization.yaml')).toMatchObject({
      namespace: 'lucia',
      replacements: [{ targets: [{ fieldPaths: ['spec.tls.0.hosts.0', 'spec.rules.0.host'] }] }],
    });
    expect(object('overlays/development/kustomization.yaml')).toMatchObject({
      configMapGenerator: [
        { behavior: 'merge', literals: expect.arrayContaining(['Logging__LogLevel__Default=Debug']) },
      ],
    });
  });

  it('are explained: what is needed, how they differ from the chart, when to take which [S3-101]', () => {
    const readme = text('README.md');
    for (const part of [
      '## What is needed',
      'kubectl apply -k overlays/production',
      '## These manifests or the chart',
      'kubectl diff -k',
    ])
      expect(readme).toContain(part);
  });
});
