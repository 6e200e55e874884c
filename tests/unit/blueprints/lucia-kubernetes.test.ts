import { describe, expect, it } from 'vitest';
import { pathsOf, settingsOf, textOf, yamlOf } from './lucia.ts';

const values = yamlOf('helm/values.yaml');
const schema = yamlOf('helm/values.schema.json');
const deployment = yamlOf('kubernetes/base/deployment.yaml');
const redis = yamlOf('kubernetes/base/redis-statefulset.yaml');
const template = (name: string): string => textOf(`helm/templates/${name}`);

/** A container of a workload, as it has to be. */
const container = (expected: object) => ({ spec: { template: { spec: { containers: [expected] } } } });

describe('the chart of lucia', () => {
  it('says what it is: version 2, the version of lucia in quotes, who made it and where [S3-067]', () => {
    expect(yamlOf('helm/Chart.yaml')).toMatchObject({
      apiVersion: 'v2',
      name: 'lucia',
      type: 'application',
      version: '1.0.0',
      appVersion: '1.0.0',
      kubeVersion: expect.stringMatching(/^>=1\.\d+/),
      home: 'https://github.com/seiggy/lucia-dotnet',
      icon: expect.stringMatching(/^https:/),
      sources: ['https://github.com/seiggy/lucia-dotnet'],
      keywords: expect.arrayContaining(['home-assistant']),
      maintainers: [{ name: 'seiggy' }],
    });
    expect(textOf('helm/Chart.yaml')).toMatch(/^appVersion: "1\.0\.0"$/m);
  });

  it('starts with one pod of the image of its version, behind 80 [S3-069, S3-070, S3-071]', () => {
    expect(values).toMatchObject({
      lucia: {
        replicaCount: 1,
        image: { repository: 'seiggy/lucia', tag: '', digest: '', pullPolicy: 'IfNotPresent' },
        service: { type: 'ClusterIP', port: 80 },
      },
    });
    expect(template('_helpers.tpl')).toMatch(/\$tag = \(index \. 0\)\.Chart\.AppVersion/);
  });

  it('offers Ingress and HTTPRoute, both off, of no class in particular [S3-072]', () => {
    expect(values).toMatchObject({ ingress: { enabled: false, className: '' }, httpRoute: { enabled: false } });
  });

  it('asks for what lucia needs, and bounds it [S3-073]', () => {
    expect(values).toMatchObject({
      lucia: { resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '1', memory: '2Gi' } } },
    });
  });

  it('brings a redis that keeps 1 GiB, unless there is one already [S3-074]', () => {
    expect(values).toMatchObject({
      redis: { enabled: true, persistence: { redisData: { enabled: true, size: '1Gi' } } },
    });
    expect(template('redis-statefulset.yaml')).toMatch(/^\{\{- if \.Values\.redis\.enabled \}\}/);
  });

  it('holds settings in values, secrets nowhere [S3-075, S3-083]', () => {
    expect(values).toMatchObject({
      config: { OpenAI__ModelId: 'gpt-4o' },
      secret: {
        existingSecret: '',
        values: { HomeAssistant__AccessToken: '', OpenAI__ApiKey: '', Redis__Password: '' },
      },
    });
    expect(template('secret.yaml')).toMatch(/lookup "v1" "Secret"/);
    expect(template('secret.yaml')).toMatch(/^stringData:$/m);
    for (const name of ['HomeAssistant__AccessToken', 'OpenAI__ApiKey'])
      expect(template('secret.yaml')).toContain(`required "secret.values.${name} is needed`);
  });

  it('refuses what it does not know, and what cannot be [S3-076]', () => {
    expect(schema).toMatchObject({
      additionalProperties: false,
      properties: {
        lucia: {
          additionalProperties: false,
          properties: {
            replicaCount: { minimum: 1, maximum: 1 },
            image: {
              additionalProperties: false,
              properties: { pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] } },
            },
            service: {
              properties: {
                type: { enum: expect.arrayContaining(['ClusterIP']) },
                port: { minimum: 1, maximum: 65_535 },
              },
            },
          },
        },
        config: {
          additionalProperties: false,
          properties: {
            Logging__LogLevel__Default: { enum: ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical'] },
          },
        },
      },
    });
  });

  it('is small and loud where it is developed, and keeps nothing there [S3-077]', () => {
    expect(yamlOf('helm/values.dev.yaml')).toMatchObject({
      lucia: { resources: { requests: { cpu: '10m' } } },
      redis: { persistence: { redisData: { enabled: false } } },
      config: { Logging__LogLevel__Default: 'Debug' },
      routes: { lucia: { host: 'lucia.local' } },
    });
  });

  it('starts pods anew when a setting or a secret changes [S3-084]', () => {
    for (const part of ['configmap', 'secret'])
      expect(template('deployment.yaml')).toMatch(new RegExp(`checksum/${part}: \\{\\{ include .*"/${part}\\.yaml"`));
  });

  it('keeps a client with its pod by a cookie of the route, not by the Service [S3-080]', () => {
    expect(values).toHaveProperty(
      ['lucia', 'service', 'annotations', 'traefik.ingress.kubernetes.io/service.sticky.cookie'],
      'true',
    );
    expect(template('service.yaml')).toMatch(/appProtocol: kubernetes\.io\/ws/);
    expect(template('service.yaml')).toMatch(/ipFamilyPolicy: PreferDualStack/);
    expect(template('service.yaml')).not.toContain('sessionAffinity: ClientIP');
  });

  it('has an Ingress only on request, with class, annotations, host and TLS [S3-081]', () => {
    const ingress = template('ingress.yaml');
    expect(ingress).toMatch(/^\{\{- if \.Values\.ingress\.enabled \}\}/);
    for (const part of ['ingress.className', 'ingress.annotations', 'ingress.tlsSecret', 'routes.lucia.host'])
      expect(ingress).toContain(`.Values.${part}`);
  });

  it('gives every setting that is no secret by a ConfigMap, the address of Home Assistant too [S3-082]', () => {
    const map = template('configmap.yaml');
    for (const name of [
      'HomeAssistant__BaseUrl',
      'OpenAI__BaseUrl',
      'OpenAI__ModelId',
      'OpenAI__EmbeddingModelId',
      'Redis__ConnectionString',
      'Logging__LogLevel__Default',
    ])
      expect(map).toContain(`  ${name}: {{ .Values.config.${name} | quote }}`);
    for (const name of ['AccessToken', 'ApiKey', 'Redis__Password']) expect(map).not.toContain(name);
  });

  it('has helpers for names, labels and account, names cut to what DNS takes [S3-086]', () => {
    const helpers = template('_helpers.tpl');
    for (const name of ['fullname', 'labels', 'selectorLabels', 'serviceAccountName'])
      expect(helpers).toContain(`define "lucia.${name}"`);
    expect(helpers).toContain('trunc 63');
    expect(helpers).toContain('helm.sh/chart:');
  });

  it('says after an installation where it is, what comes next and what to look at [S3-087]', () => {
    const notes = template('NOTES.txt');
    for (const text of ['is installed', 'It is reached at', 'port-forward', 'get pods', 'describe pods'])
      expect(notes).toContain(text);
  });

  it('has account, route, test and network policies, and no budget that one pod would block a drain with [S3-088]', () => {
    const names = pathsOf('helm/templates').map((path) => path.slice('helm/templates/'.length));
    expect(names).toEqual(
      expect.arrayContaining([
        'serviceaccount.yaml',
        'httproute.yaml',
        'tests/test-connection.yaml',
        'networkpolicy-default-deny.yaml',
        'networkpolicy-network-back.yaml',
        'networkpolicy-lucia-internet.yaml',
      ]),
    );
    expect(names.filter((name) => /disruption|autoscal|hpa|pdb/.test(name))).toEqual([]);
    expect(pathsOf('helm')).toContain('helm/.helmignore');
  });
});

describe('the manifests of lucia', () => {
  it('run one writer, asked at /alive, ready at /health/ready, given its settings by a map and its secrets by name [S3-078, S3-091, S3-008]', () => {
    expect(deployment).toMatchObject({ spec: { replicas: 1, strategy: { type: 'Recreate' } } });
    expect(deployment).toMatchObject(
      container({
        ports: [{ containerPort: 8080 }],
        envFrom: [{ configMapRef: { name: 'lucia-config' } }],
        startupProbe: { httpGet: { path: '/alive', port: 8080 }, failureThreshold: 24 },
        livenessProbe: { httpGet: { path: '/alive' } },
        readinessProbe: { httpGet: { path: '/health/ready' } },
        resources: { requests: { memory: '1Gi' } },
      }),
    );
  });

  it('confine both pods as the strictest standard wants it [S3-079]', () => {
    for (const [workload, uid] of [
      [deployment, 1_654],
      [redis, 999],
    ] as const) {
      expect(workload).toMatchObject({
        spec: {
          template: {
            spec: {
              automountServiceAccountToken: false,
              securityContext: { runAsNonRoot: true, runAsUser: uid, seccompProfile: { type: 'RuntimeDefault' } },
              volumes: expect.arrayContaining([{ name: 'tmp', emptyDir: {} }]),
            },
          },
        },
      });
      const securityContext = {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      };
      expect(workload).toMatchObject(container({ securityContext }));
    }
  });

  it('keep redis as a set with a claim, a headless Service and twice the memory that it fills [S3-085, S3-096]', () => {
    expect(redis).toMatchObject({
      kind: 'StatefulSet',
      spec: {
        serviceName: 'redis-headless',
        volumeClaimTemplates: [
          { metadata: { name: 'redis-data' }, spec: { resources: { requests: { storage: '1Gi' } } } },
        ],
      },
    });
    expect(redis).toMatchObject(
      container({
        image: 'redis:8-alpine',
        resources: { limits: { memory: '512Mi' } },
        readinessProbe: { exec: { command: ['redis-cli', '-e', 'ping'] } },
        volumeMounts: expect.arrayContaining([{ name: 'redis-data', mountPath: '/data' }]),
      }),
    );
    expect(yamlOf('kubernetes/base/redis-headless-service.yaml')).toMatchObject({ spec: { clusterIP: 'None' } });
    expect(textOf('kubernetes/base/files/redis/redis.conf')).toMatch(/^maxmemory 256mb$/m);
  });

  it('have a namespace that lets nothing laxer in, and a Service at 80 [S3-090, S3-092]', () => {
    expect(yamlOf('kubernetes/namespace/namespace.yaml')).toMatchObject({
      kind: 'Namespace',
      metadata: { name: 'lucia', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    expect(yamlOf('kubernetes/base/service.yaml')).toMatchObject({
      kind: 'Service',
      metadata: { name: 'lucia' },
      spec: { type: 'ClusterIP', ports: expect.arrayContaining([expect.objectContaining({ port: 80 })]) },
    });
  });

  it('are reached by an Ingress of the overlay, whose name is one value [S3-093, S3-099]', () => {
    expect(yamlOf('kubernetes/overlays/production/ingress.yaml')).toMatchObject({
      spec: { rules: [{ host: 'lucia.home.arpa' }] },
    });
    const kustomization = yamlOf('kubernetes/overlays/production/kustomization.yaml');
    expect(kustomization).toHaveProperty('replacements');
    expect(textOf('kubernetes/overlays/production/kustomization.yaml')).not.toMatch(
      /^(vars|commonLabels|patchesStrategicMerge):/m,
    );
  });

  it('make the ConfigMap of the settings, its name a hash of them [S3-094, S3-097]', () => {
    expect(yamlOf('kubernetes/base/kustomization.yaml')).toMatchObject({
      namespace: 'lucia',
      configMapGenerator: expect.arrayContaining([
        expect.objectContaining({ name: 'lucia-config', envs: ['config/lucia.env'] }),
      ]),
    });
    expect(settingsOf('kubernetes/base/config/lucia.env')).toMatchObject({
      HomeAssistant__BaseUrl: 'http://homeassistant.local:8123',
      OpenAI__BaseUrl: 'https://api.openai.com/v1',
      Redis__ConnectionString: 'redis:6379',
      Logging__LogLevel__Default: 'Information',
    });
  });

  it('make the Secret of a file that is never rendered: only its example is [S3-095]', () => {
    expect(yamlOf('kubernetes/components/secrets/kustomization.yaml')).toMatchObject({
      secretGenerator: [{ name: 'lucia', envs: ['secrets.env'] }],
    });
    expect(pathsOf('kubernetes/components/secrets')).not.toContain('kubernetes/components/secrets/secrets.env');
    expect(settingsOf('kubernetes/components/secrets/secrets.env.example')).toEqual({
      HomeAssistant__AccessToken: '',
      OpenAI__ApiKey: '',
      Redis__Password: '',
    });
  });
});
