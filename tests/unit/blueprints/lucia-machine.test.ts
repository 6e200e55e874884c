import { describe, expect, it } from 'vitest';
import { modeOf, pathsOf, settingsOf, textOf, yamlOf } from './lucia.ts';

describe('lucia by systemd', () => {
  const unit = textOf('systemd/units/lucia.service');
  const section = (name: string): string => unit.split(/^\[/m).find((part) => part.startsWith(`${name}]`)) ?? '';

  it('waits for the network and for redis, and does not fall with it [S3-105]', () => {
    expect(section('Unit')).toMatch(/^Wants=network-online\.target redis-server\.service$/m);
    expect(section('Unit')).toMatch(/^After=network-online\.target redis-server\.service$/m);
    expect(unit).not.toMatch(/^(Requires|BindsTo)=/m);
  });

  it('tells when it is ready, runs from /opt/lucia, is started anew after ten seconds, but not for ever [S3-106]', () => {
    expect(section('Service')).toMatch(/^Type=notify$/m);
    expect(section('Service')).toMatch(/^ExecStart=.*\/usr\/bin\/dotnet \/opt\/lucia\/lucia\.AgentHost\.dll$/m);
    expect(section('Service')).toMatch(/^WorkingDirectory=\/opt\/lucia$/m);
    expect(section('Service')).toMatch(/^EnvironmentFile=\/etc\/lucia\/lucia\.env$/m);
    expect(section('Service')).toMatch(/^Restart=on-failure$/m);
    expect(section('Service')).toMatch(/^RestartSec=10s$/m);
    expect(section('Unit')).toMatch(/^StartLimitIntervalSec=\w+$/m);
    expect(section('Unit')).toMatch(/^StartLimitBurst=\d+$/m);
  });

  it('is a user of its own in a sandbox, and starts with the machine [S3-107, S3-108]', () => {
    for (const line of [
      'User=lucia',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'ProtectHome=yes',
      'CapabilityBoundingSet=',
      'SystemCallFilter=@system-service',
    ])
      expect(section('Service').split('\n')).toContain(line);
    // .NET compiles while it runs.
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute=/m);
    expect(section('Install')).toMatch(/^WantedBy=multi-user\.target$/m);
  });

  it('is given what is sensitive as credentials, and the rest in the dialect of systemd [S3-110, S3-111]', () => {
    const example = textOf('systemd/lucia.env.example');
    expect(settingsOf('systemd/lucia.env.example')).toMatchObject({
      HomeAssistant__BaseUrl: '',
      OpenAI__BaseUrl: 'https://api.openai.com/v1',
      Redis__ConnectionString: '127.0.0.1:6379',
      Logging__LogLevel__Default: 'Information',
    });
    for (const line of example.split('\n')) expect(line).toMatch(/^($|#|[A-Za-z_]\w*=([^\s#]|$))/);
    for (const name of ['HomeAssistant__AccessToken', 'OpenAI__ApiKey', 'Redis__Password']) {
      expect(example).not.toMatch(new RegExp(`^${name}=`, 'm'));
      expect(section('Service')).toContain(`LoadCredential=${name}:/etc/lucia/credentials/${name}\n`);
    }
  });

  it('is installed by a script that may be tried, run again and undone, and keeps the settings of a person [S3-112]', () => {
    const script = textOf('systemd/install.sh');
    expect(modeOf('systemd/install.sh')).toBe(0o755);
    expect(script).toMatch(/^set -euo pipefail$/m);
    for (const option of ['--dry-run)', '--uninstall)', '--credential)', '--start)']) expect(script).toContain(option);
    expect(script).toContain("need_program /usr/bin/dotnet 'apt-get install aspnetcore-runtime-10.0'");
    expect(script).toMatch(/keep_settings "\$here\/lucia\.env\.example"/);
    expect(script).toMatch(/place_file "\$here\/units\/lucia\.service" .* 0644/);
    expect(script).toMatch(/install -D -m 0600 -- "\$1" "\$2"/);
  });
});

describe('the scripts of lucia', () => {
  it('ask every part how it is, and say it by their exit code [S3-027]', () => {
    const script = textOf('scripts/health-check.sh');
    expect(modeOf('scripts/health-check.sh')).toBe(0o755);
    expect(script).toMatch(/^set -euo pipefail$/m);
    for (const part of ['lucia', 'redis', 'HomeAssistant__BaseUrl', 'OpenAI__BaseUrl', '--json'])
      expect(script).toContain(part);
  });

  it('judge a deployment before it is started: settings by their rules, and what was not filled in [S3-028]', () => {
    const script = textOf('scripts/validate-deployment.sh');
    for (const name of ['HomeAssistant__BaseUrl', 'HomeAssistant__AccessToken', 'OpenAI__ApiKey', 'Redis__Password'])
      expect(script).toContain(name);
    for (const way of ['compose', 'kubernetes', 'systemd']) expect(script).toContain(way);
  });

  it('verify a deployment by the same requests as the smoke checks [S3-057]', () => {
    const script = textOf('scripts/verify.sh');
    for (const text of ['/health', '/agents', '6379']) expect(script).toContain(text);
  });
});

describe('the workflows of lucia', () => {
  const workflow = (name: string): string => `workflows/.github/workflows/${name}`;
  const build = yamlOf(workflow('docker-build-push.yml'));
  const buildText = textOf(workflow('docker-build-push.yml'));

  it('build on main, on version tags and by hand [S3-117]', () => {
    expect(build).toMatchObject({ on: { push: { branches: ['main'], tags: ['v*.*.*'] }, workflow_dispatch: {} } });
  });

  it('build for both machines on runners of their own, with least rights, provenance and pinned actions [S3-118, S3-022, S3-121]', () => {
    expect(build).toMatchObject({ permissions: { contents: 'read' }, concurrency: { group: expect.any(String) } });
    expect(buildText).toContain('runner: ubuntu-24.04-arm');
    expect(buildText).toMatch(/provenance: mode=max/);
    expect(buildText).toMatch(/sbom: true/);
    expect(buildText).toMatch(/username: \$\{\{ secrets\.DOCKER_HUB_USERNAME \}\}/);
    expect(buildText).toMatch(/password: \$\{\{ secrets\.DOCKER_HUB_TOKEN \}\}/);
    for (const file of pathsOf('workflows').filter((path) => path.endsWith('.yml')))
      for (const [, action] of textOf(file).matchAll(/uses: (\S+)/g)) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
  });

  it('tag latest on main, the version, and the commit [S3-119]', () => {
    for (const tag of [
      'type=raw,value=latest,enable={{is_default_branch}}',
      'type=semver,pattern=v{{version}}',
      'type=sha,prefix=sha-',
    ])
      expect(buildText).toContain(tag);
  });

  it('try the image before they push it [S3-120]', () => {
    const places = ['load: true', 'name: Smoke test', 'push=true'].map((text) => buildText.indexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('judge the chart by helm and kubeconform, strictly [S3-122]', () => {
    const lint = textOf(workflow('helm-lint.yml'));
    expect(lint).toContain('helm lint --strict rendered/lucia/helm\n');
    expect(lint).toMatch(/helm template lucia rendered\/lucia\/helm .*\| kubeconform -strict/);
    expect(yamlOf(workflow('helm-lint.yml'))).toMatchObject({
      on: { push: { paths: expect.arrayContaining(['rendered/lucia/helm/**']) } },
    });
    expect(lint).not.toContain('kubeval');
  });

  it('judge Compose, Kubernetes and systemd by gates that can fail [S3-123]', () => {
    const text = textOf(workflow('validate-infrastructure.yml'));
    expect(yamlOf(workflow('validate-infrastructure.yml'))).toMatchObject({
      jobs: { 'validate-docker': {}, 'validate-k8s': {}, 'validate-systemd': {} },
    });
    for (const tool of [
      'hadolint',
      'config --quiet',
      'shellcheck',
      'kubeconform -strict',
      'systemd-analyze verify',
      '--threshold=20',
    ])
      expect(text).toContain(tool);
    expect(text).not.toContain('continue-on-error');
  });
});
