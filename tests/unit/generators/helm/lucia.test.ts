import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { renderBlueprint } from '../../../support/blueprints.ts';

/** The chart of lucia, against what the document asks for and what was wrong in it. */

let files: ReadonlyMap<string, { readonly content: string }>;

beforeAll(async () => {
  ({ files } = await renderBlueprint('lucia'));
});

const text = (path: string): string => {
  const file = files.get(`helm/${path}`);
  if (file === undefined) throw new Error(`there is no helm/${path}`);
  return file.content;
};

type Values = Readonly<Record<string, unknown>>;

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Values)[key] : undefined),
      value,
    );

const values = (file = 'values.yaml'): unknown => parse(text(file));

const schemaOf = (path: string): unknown =>
  at(JSON.parse(text('values.schema.json')), `properties.${path.replaceAll('.', '.properties.')}`);

/** The lines below a key, down to the next of the same depth. */
const below = (template: string, key: string): string => {
  const lines = template.split('\n');
  const start = lines.findIndex((line) => line.trimStart() === key);
  const depth = lines[start]?.search(/\S/) ?? 0;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex(
    (line) => line.search(/\S/) >= 0 && line.search(/\S/) <= depth && !line.trimStart().startsWith('- '),
  );
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
};

describe('the chart of lucia', () => {
  it('says what it is, for which Kubernetes, and quotes the version of the application [S3-067]', () => {
    expect(parse(text('Chart.yaml'))).toMatchObject({
      apiVersion: 'v2',
      name: 'lucia',
      type: 'application',
      version: '1.0.0',
      appVersion: '1.0.0',
      kubeVersion: '>=1.20.0-0',
      home: 'https://github.com/seiggy/lucia-dotnet',
      icon: expect.stringMatching(/^https:/),
      sources: ['https://github.com/seiggy/lucia-dotnet'],
      keywords: expect.arrayContaining(['home-assistant']),
      maintainers: [expect.objectContaining({ name: 'seiggy' })],
    });
    expect(text('Chart.yaml')).toContain('appVersion: "1.0.0"');
  });

  it('runs one pod of each, since two would spoil its state [S3-069]', () => {
    expect(at(values(), 'lucia.replicaCount')).toBe(1);
    expect(schemaOf('lucia.replicaCount')).toMatchObject({ type: 'integer', minimum: 1, maximum: 1 });
    expect(text('templates/deployment.yaml')).toContain('replicas: {{ .Values.lucia.replicaCount | int }}');
  });

  it('takes the image of its own version, never a stale latest [S3-070]', () => {
    expect(at(values(), 'lucia.image')).toEqual({
      repository: 'seiggy/lucia',
      tag: '',
      digest: expect.stringMatching(/^(sha256:[0-9a-f]{64})?$/),
      pullPolicy: 'IfNotPresent',
    });
    expect(text('templates/_helpers.tpl')).toContain('.Chart.AppVersion');
    const all = [...files].filter(([file]) => file.startsWith('helm/')).map(([, { content }]) => content);
    expect(all.filter((content) => /tag: "?latest|:latest\b/.test(content))).toEqual([]);
  });

  it('has a Service inside the cluster, 80 to 8080 [S3-071]', () => {
    expect(at(values(), 'lucia.service')).toMatchObject({ type: 'ClusterIP', port: 80 });
    const service = text('templates/service.yaml');
    expect(service).toContain('port: {{ .Values.lucia.service.port | int }}\n      targetPort: http');
    expect(text('templates/deployment.yaml')).toContain('- name: http\n              containerPort: 8080');
  });

  it('has Ingress and HTTPRoute, both off, no class chosen [S3-072]', () => {
    expect(at(values(), 'ingress')).toMatchObject({ enabled: false, className: '' });
    expect(at(values(), 'httpRoute.enabled')).toBe(false);
    expect(at(values(), 'routes.lucia.host')).toBe('lucia.home.arpa');
    expect(text('templates/httproute.yaml')).toContain('apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute');
  });

  it('promises and limits CPU and memory [S3-073]', () => {
    expect(at(values(), 'lucia.resources')).toEqual({
      requests: { cpu: '500m', memory: '1Gi' },
      limits: { cpu: '1', memory: '2Gi' },
    });
  });

  it('brings Redis with a volume, which may be left out [S3-074]', () => {
    expect(at(values(), 'redis.enabled')).toBe(true);
    expect(at(values(), 'redis.persistence.redisData')).toMatchObject({ enabled: true, size: '1Gi' });
    for (const file of ['redis-statefulset', 'redis-service', 'redis-headless-service'])
      expect(text(`templates/${file}.yaml`)).toMatch(/^\{\{- if \.Values\.redis\.enabled \}\}\n/);
  });

  it('divides settings into what anybody may read and what is a secret [S3-075]', () => {
    const config = at(values(), 'config') as Values;
    const secrets = at(values(), 'secret.values') as Values;
    expect(Object.keys(secrets)).toEqual([
      'HomeAssistant__AccessToken',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OpenAI__ApiKey',
      'Redis__Password',
    ]);
    expect(Object.keys(config).filter((key) => key in secrets)).toEqual([]);
    expect(Object.values(secrets)).toEqual(['', '', '', '']);
  });

  it('has a schema that knows ranges, choices and patterns, and no other keys [S3-076]', () => {
    expect(schemaOf('lucia.image.pullPolicy')).toMatchObject({ enum: ['Always', 'IfNotPresent', 'Never'] });
    expect(schemaOf('lucia.service.type')).toMatchObject({ enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] });
    expect(schemaOf('lucia.service.port')).toMatchObject({ minimum: 1, maximum: 65_535 });
    expect(at(schemaOf('lucia.resources'), 'properties.limits.properties.memory.pattern')).toBe(
      '^[0-9]+(Ki|Mi|Gi|Ti)$',
    );
    expect(at(schemaOf('lucia.resources'), 'properties.limits.properties.cpu.pattern')).toContain('m');
    expect(schemaOf('config.OpenAI__BaseUrl')).toMatchObject({ pattern: expect.stringContaining('https?') });
    expect(schemaOf('config.Logging__LogLevel__Default')).toMatchObject({
      enum: ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical'],
    });
    const open: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null || path === '.properties.global') return;
      const { type, additionalProperties } = schema as Values;
      if (type === 'object' && additionalProperties === undefined) open.push(path);
      for (const [key, child] of Object.entries(schema)) walk(child, `${path}.${key}`);
    };
    walk(JSON.parse(text('values.schema.json')), '');
    expect(open).toEqual([]);
  });

  it('is small and loud in development, at a local name, keeps nothing [S3-077]', () => {
    expect(values('values.dev.yaml')).toMatchObject({
      lucia: { resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '1Gi' } } },
      redis: { persistence: { redisData: { enabled: false } } },
      config: { Logging__LogLevel__Default: 'Debug' },
      routes: { lucia: { host: 'lucia.local' } },
    });
  });

  it('asks the container alone whether it lives, and never runs two writers [S3-078]', () => {
    const deployment = text('templates/deployment.yaml');
    expect(deployment).toMatch(/strategy:\n {4}type: Recreate\n/);
    expect(below(deployment, 'livenessProbe:')).toContain('path: /alive');
    expect(below(deployment, 'readinessProbe:')).toContain('path: /health/ready');
    expect(below(deployment, 'startupProbe:')).toMatch(/path: \/alive[^]*failureThreshold: \d\d/);
    expect(below(deployment, 'envFrom:')).toContain('configMapRef');
    expect(deployment).toContain('secretKeyRef');
    expect(deployment).toContain('{{- with .Values.lucia.resources }}');
  });

  it('runs as nobody in particular, in a file system that cannot be written [S3-079]', () => {
    for (const file of ['deployment', 'redis-statefulset']) {
      const template = text(`templates/${file}.yaml`);
      expect(template).toContain('runAsNonRoot: true');
      expect(template).toMatch(/runAsUser: [1-9]\d+/);
      expect(template).toContain('seccompProfile:\n          type: RuntimeDefault');
      expect(template).toContain('readOnlyRootFilesystem: true');
      expect(template).toContain('allowPrivilegeEscalation: false');
      expect(template).toMatch(/capabilities:\n\s+drop:\n\s+- ALL/);
      expect(template).toContain('automountServiceAccountToken: false');
      expect(template).toContain('mountPath: /tmp');
      expect(template).toContain('emptyDir: {}');
      expect(template).not.toContain('\n              add:');
    }
  });

  it('keeps a client at its pod by a cookie of the route, and says protocol and families [S3-080]', () => {
    const service = text('templates/service.yaml');
    expect(service).toContain('type: {{ .Values.lucia.service.type | quote }}');
    expect(service).not.toContain('sessionAffinity');
    expect(at(values(), 'lucia.service.annotations')).toMatchObject({
      'traefik.ingress.kubernetes.io/service.sticky.cookie': 'true',
    });
    expect(service).toContain('appProtocol: kubernetes.io/ws');
    expect(service).toContain('ipFamilyPolicy: PreferDualStack');
  });

  it('has an Ingress on demand, with class, annotations, host and TLS [S3-081]', () => {
    const ingress = text('templates/ingress.yaml');
    expect(ingress).toMatch(/^\{\{- if \.Values\.ingress\.enabled \}\}\napiVersion: networking\.k8s\.io\/v1\n/);
    for (const part of ['ingress.className', 'ingress.annotations', 'routes.lucia.host', 'ingress.tlsSecret'])
      expect(ingress).toContain(`.Values.${part}`);
    expect(below(ingress, 'tls:')).toContain('hosts:');
  });

  it('has every open setting in the ConfigMap, that of Home Assistant too [S3-082]', () => {
    const config = text('templates/configmap.yaml');
    for (const name of [
      'HomeAssistant__BaseUrl',
      'OpenAI__BaseUrl',
      'OpenAI__ModelId',
      'OpenAI__EmbeddingModelId',
      'Redis__ConnectionString',
      'Logging__LogLevel__Default',
    ])
      expect(config).toContain(`  ${name}: {{ .Values.config.${name} | quote }}\n`);
    for (const name of ['AccessToken', 'ApiKey', 'Password']) expect(config).not.toContain(name);
  });

  it('makes a Secret only if asked, says what is missing, keeps what was made [S3-083]', () => {
    const secret = text('templates/secret.yaml');
    expect(at(values(), 'secret')).toMatchObject({ existingSecret: '', create: false });
    expect(secret).toMatch(/^\{\{- if and \.Values\.secret\.create \(not \.Values\.secret\.existingSecret\) \}\}/);
    expect(secret).toContain('stringData:');
    expect(secret).not.toContain('b64enc');
    expect(secret).toContain('lookup "v1" "Secret" .Release.Namespace');
    expect(secret).toMatch(/"OpenAI__ApiKey": .*required "secret\.values\.OpenAI__ApiKey is needed/);
    expect(secret).toMatch(/"Redis__Password": .*b64dec\) \| default \(randAlphaNum 64 \| sha256sum\)/);
    expect(text('templates/_helpers.tpl')).toContain('.Values.secret.existingSecret | default');
  });

  it('starts pods anew when what they were started with has changed [S3-084]', () => {
    const annotations = below(text('templates/deployment.yaml'), 'annotations:');
    for (const file of ['configmap', 'files', 'secret']) {
      expect(annotations).toContain(
        `checksum/${file}: {{ include (print $.Template.BasePath "/${file}.yaml") . | sha256sum`,
      );
      expect(files.has(`helm/templates/${file}.yaml`)).toBe(true);
    }
    expect(below(text('templates/redis-statefulset.yaml'), 'annotations:')).toContain('checksum/redis-files');
  });

  it('runs Redis as a StatefulSet of its name, with headroom and a policy that loses nothing [S3-085]', () => {
    expect([...files.keys()].filter((file) => file.includes('redis-deployment'))).toEqual([]);
    const redis = text('templates/redis-statefulset.yaml');
    expect(redis).toContain('kind: StatefulSet');
    expect(redis).toContain('serviceName: redis-headless');
    expect(text('templates/redis-headless-service.yaml')).toContain('clusterIP: None');
    expect(below(redis, 'volumeClaimTemplates:')).toContain('.Values.redis.persistence.redisData.size');
    expect(below(redis, 'readinessProbe:')).toContain('redis-cli');
    expect(below(redis, 'livenessProbe:')).toContain('tcpSocket');
    const conf = text('files/redis/redis.conf');
    expect(conf).toMatch(/^maxmemory-policy noeviction$/m);
    expect(conf).toMatch(/^appendonly yes$/m);
    const limit = z.string().parse(at(values(), 'redis.resources.limits.memory'));
    const maxmemory = /^maxmemory (\d+)mb$/m.exec(conf)?.[1];
    expect(Number(limit.replace('Mi', ''))).toBeGreaterThanOrEqual(1.5 * Number(maxmemory));
  });

  it('names everything by helpers, at most 63 characters [S3-086]', () => {
    const helpers = text('templates/_helpers.tpl');
    for (const name of [
      'name',
      'fullname',
      'object',
      'labels',
      'selectorLabels',
      'serviceAccountName',
      'secretName',
      'image',
    ])
      expect(helpers).toContain(`{{- define "lucia.${name}" -}}`);
    expect(helpers.match(/trunc 63/g)?.length).toBeGreaterThanOrEqual(3);
    for (const label of ['helm.sh/chart', 'name', 'instance', 'version', 'managed-by', 'part-of'])
      expect(helpers).toContain(`${label.includes('/') ? label : `app.kubernetes.io/${label}`}: {{`);
  });

  it('says after the installation where it is, what is missing, where to look [S3-087]', () => {
    const notes = text('templates/NOTES.txt');
    expect(notes).toContain('is installed as {{ .Release.Name }}');
    expect(notes).toContain('port-forward service/lucia 8080:8080');
    expect(notes).toContain('create secret generic');
    expect(notes).toContain('HomeAssistant__BaseUrl is not set yet');
    expect(notes).toContain('describe pods');
    expect(notes).not.toMatch(/--from-literal|--set secret/);
  });

  it('has what good charts have: account, test, ignore file, routes, network policies [S3-088]', () => {
    expect(text('templates/serviceaccount.yaml')).toContain('automountServiceAccountToken: false');
    expect(text('templates/tests/test-connection.yaml')).toMatch(/helm\.sh\/hook: test[^]*http:\/\/lucia:8080\//);
    expect(text('.helmignore')).toContain('values.local.yaml');
    expect(text('templates/networkpolicy-default-deny.yaml')).toMatch(/- Ingress\n\s+- Egress[^]*port: 53/);
    expect(text('templates/networkpolicy-network-back.yaml')).toContain('lucia/network-back: "true"');
    expect(text('templates/networkpolicy-lucia-internet.yaml')).toContain('.Values.networkPolicy.internetPorts');
    expect(files.has('helm/templates/networkpolicy-redis-internet.yaml')).toBe(false);
    // One pod, and no way to have two: a budget would keep every node from being drained.
    expect([...files.keys()].filter((file) => /^helm\/templates\/.*(pdb|hpa)/.test(file))).toEqual([]);
  });

  it('has a README with every value, and how it is installed, reached and mended [S3-089]', () => {
    const readme = text('README.md');
    for (const heading of [
      'What is needed',
      'Install',
      'Secrets',
      'Reached from outside',
      'More pods',
      'Upgrade and remove',
      'When something is wrong',
      'Values',
    ])
      expect(readme).toContain(`\n## ${heading}\n`);
    const paths = (value: unknown, path: string): readonly string[] =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length > 0 &&
      !/annotations|resources/.test(path)
        ? Object.entries(value).flatMap(([key, child]) => paths(child, path === '' ? key : `${path}.${key}`))
        : [path];
    for (const path of paths(values(), '')) expect(readme).toContain(`| \`${path}\` |`);
    expect(readme).toContain('values.local.yaml');
    expect(readme).toMatch(/Traefik|traefik/);
  });
});
