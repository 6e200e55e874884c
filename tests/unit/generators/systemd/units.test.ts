import { describe, expect, it } from 'vitest';
import { systemd } from '../../../../generators/systemd/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import { luciaLike } from '../../../support/lucia.ts';
import { textsOf, written } from '../../../support/rendered.ts';
import { stackOf } from '../../../support/stacks.ts';
import { tool } from '../../../support/tools.ts';

const analyze = await tool('systemd-analyze');
const quadlet = await tool('quadlet');

/** The entries of a section, as systemd sees them. */
const section = (text: string | undefined, name: string): readonly string[] =>
  (text ?? '').split(`[${name}]\n`)[1]?.split('\n\n')[0]?.split('\n') ?? [];

const unit = (systemdVersion = 257): string =>
  textsOf(systemd, luciaLike(), { systemd: systemdVersion })['units/lucia.service'] ?? '';

describe('a program of the machine', () => {
  it('wants what it depends on, by the name of the distribution, and requires only work to be done before [S3-105]', () => {
    const entries = section(unit(), 'Unit');
    expect(entries).toContain('Wants=network-online.target redis-server.service lucia-worker.service');
    expect(entries).toContain(
      'After=network-online.target redis-server.service lucia-worker.service lucia-migrate.service',
    );
    expect(entries).toContain('Requires=lucia-migrate.service');
    expect(unit()).not.toContain('redis.service');
  });

  it('says when it is ready, is watched, and counts its starts in [Unit] [S3-106]', () => {
    const service = section(unit(), 'Service');
    expect(service).toEqual(
      expect.arrayContaining([
        'Type=notify',
        'WatchdogSec=60s',
        'ExecStart=/usr/local/lib/lucia/lucia-start /usr/bin/dotnet /opt/lucia/lucia.AgentHost.dll',
        'WorkingDirectory=/opt/lucia',
        'EnvironmentFile=/etc/lucia/lucia.env',
        'Restart=on-failure',
        'RestartSec=10s',
        'TimeoutStopSec=30s',
      ]),
    );
    expect(section(unit(), 'Unit')).toEqual(
      expect.arrayContaining(['StartLimitIntervalSec=5min', 'StartLimitBurst=5']),
    );
    expect(service.join('\n')).not.toContain('StartLimit');
  });

  it('has limits where Compose has them, and starts on boot [S3-108]', () => {
    expect(section(unit(), 'Service')).toEqual(
      expect.arrayContaining(['MemoryMax=2G', 'CPUQuota=150%', 'TasksMax=256']),
    );
    expect(section(unit(), 'Install')).toEqual(['WantedBy=multi-user.target', '']);
  });

  it('escapes what systemd would replace, and finds its neighbours on the machine', () => {
    expect(unit()).toContain(String.raw`Environment="GREETING=50 %% off, \"today\" for $5"`);
    expect(textsOf(systemd, luciaLike())['lucia.env.example']).toContain('Redis__ConnectionString=127.0.0.1:6379\n');
  });

  it('gets sensitive settings as credentials, never in a file of the environment [S3-110]', () => {
    const texts = textsOf(systemd, luciaLike());
    expect(unit()).toContain('LoadCredential=OpenAI__ApiKey:/etc/lucia/credentials/OpenAI__ApiKey');
    expect(unit()).not.toMatch(/^Environment.*OpenAI__ApiKey/m);
    const example = texts['lucia.env.example'] ?? '';
    expect(example).not.toMatch(/^OpenAI__ApiKey=/m);
    expect(example).toContain(
      '# Where Home Assistant answers.\n# Required. Type: url. Example: http://homeassistant.local:8123',
    );
    expect(example).toContain('mode 0600');
  });

  it('leaves out keys that its systemd does not know [S3-109]', () => {
    expect(unit(257)).toContain('RestartSteps=5\nRestartMaxDelaySec=40s');
    expect(unit(257)).toContain('PrivateTmp=disconnected');
    expect(unit(252)).not.toMatch(/RestartSteps|RestartMaxDelaySec|disconnected/);
  });

  it('runs under a user of systemd, or one of its own where data outlives it [S3-107]', () => {
    expect(unit()).toContain('DynamicUser=yes\nUser=lucia');
    const kept = stackOf({
      project: {
        name: 'app',
        services: { app: { volumes: [{ type: 'volume', source: 'data', target: '/srv/data' }] } },
        volumes: { data: { name: 'app_data' } },
      },
      services: { app: { systemd: { command: ['/usr/bin/app'] } } },
    });
    const texts = textsOf(systemd, kept);
    expect(texts['units/app.service']).toContain('User=app\nGroup=app');
    expect(texts['units/app.service']).not.toContain('DynamicUser');
    expect(texts['units/app.service']).toContain('StateDirectory=app/data\nBindPaths=/var/lib/app/data:/srv/data');
    expect(texts['install.sh']).toContain('make_user app\n');
  });

  it('writes code at run time only where it has to', () => {
    expect(unit()).not.toContain('MemoryDenyWriteExecute=yes');
    const strict = stackOf({
      project: { name: 'app', services: { app: {} } },
      services: { app: { systemd: { command: ['/usr/bin/app'] }, internet: false } },
    });
    const text = textsOf(systemd, strict)['units/app.service'];
    expect(text).toContain('MemoryDenyWriteExecute=yes');
    expect(text).toContain('IPAddressDeny=any\nIPAddressAllow=localhost');
  });

  it('keeps folders without a chown', () => {
    const stack = stackOf({
      project: { name: 'app', services: { app: { tmpfs: ['/tmp', '/scratch:size=64m'] } } },
      services: {
        app: { systemd: { command: ['/usr/bin/app'] }, scratch: ['/var/log/app', '/var/cache/app', '/run/app'] },
      },
    });
    const text = textsOf(systemd, stack)['units/app.service'];
    expect(text).toContain('LogsDirectory=app\n');
    expect(text).toContain('CacheDirectory=app\n');
    expect(text).toContain('RuntimeDirectory=app\n');
    expect(text).toContain('TemporaryFileSystem=/scratch:rw,mode=1777,size=64m\n');
  });
});

describe('a unit of the distribution', () => {
  it('is named and not made', () => {
    expect(Object.keys(textsOf(systemd, luciaLike())).filter((file) => file.includes('redis'))).toEqual([]);
  });
});

describe('a container', () => {
  it('is a quadlet with its volume, its network, its secrets and its question [S3-116]', () => {
    const text = textsOf(systemd, luciaLike())['quadlets/lucia-worker.container'] ?? '';
    expect(section(text, 'Container')).toEqual(
      expect.arrayContaining([
        `Image=ghcr.io/example/worker:2@sha256:${'a'.repeat(64)}`,
        'EnvironmentFile=%E/lucia/lucia-worker.env',
        'Secret=lucia-signing-key,type=mount,target=/run/secrets/signing-key,mode=0444',
        'Network=lucia-default.network:alias=worker,alias=jobs',
        'PublishPort=127.0.0.1:9000:9000',
        'Volume=lucia-data.volume:/data',
        'Volume=%E/lucia/files/worker.yaml:/etc/worker.yaml:ro',
        'Tmpfs=/var/spool/worker',
        'NoNewPrivileges=true',
        'DropCapability=all',
        'ReadOnly=true',
        'HealthCmd=["/worker","health","a b"]',
        'HealthInterval=20s',
        'Notify=healthy',
      ]),
    );
    expect(text).not.toContain('AutoUpdate');
    expect(section(text, 'Install')).toEqual(['WantedBy=default.target', '']);
  });

  it('publishes no data store and no random port', () => {
    const stack = stackOf({
      project: {
        name: 'app',
        services: {
          db: { image: 'postgres:18', ports: [{ target: 5432, published: '5432' }] },
          web: {
            image: 'ghcr.io/example/web:1',
            ports: [{ target: 80 }, { target: 443, published: '443', host_ip: '::1' }],
          },
        },
      },
    });
    const { artifacts, losses } = systemd(stack, usualOptions);
    const published = artifacts.flatMap(({ content }) => content.match(/^PublishPort=.*/gm) ?? []);
    expect(published).toEqual(['PublishPort=[::1]:443:443']);
    expect(losses.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['services.db.ports.0', 'services.web.ports.0']),
    );
  });

  it('comes with the clock by a timer, not by a crontab', () => {
    const texts = textsOf(systemd, luciaLike());
    expect(texts['units/lucia-report.timer']).toContain('OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 02..04:00/15:00');
    expect(section(texts['quadlets/lucia-report.container'], 'Service')).toContain('Type=oneshot');
    expect(texts['quadlets/lucia-report.container']).not.toContain('[Install]');
  });
});

describe('the real tools', () => {
  it.runIf(quadlet.wanted)('make units of the quadlets, and systemd finds no fault in any [S3-109, S3-116]', () => {
    const folder = written(systemd(luciaLike(), { ...usualOptions, systemd: 252 }).artifacts);
    const dry = quadlet.run(['-dryrun'], { env: { QUADLET_UNIT_DIRS: `${folder}/quadlets` } });
    expect(dry.err.split('\n').filter((line) => line !== '' && !line.includes('Loading source unit'))).toEqual([]);
    expect(dry.code).toBe(0);
    const made = [...dry.out.matchAll(/^---(?<name>[\w.-]+)---\n(?<content>[^]*?)(?=^---[\w.-]+---$|(?![^]))/gm)];
    expect(made.map(({ groups }) => groups?.['name'])).toContain('lucia-worker.service');
    const together = written([
      ...made.map(({ groups }) => ({
        path: groups?.['name'] ?? '',
        content: groups?.['content'] ?? '',
        mode: 0o644 as const,
      })),
      { path: 'lucia.service', content: unit(252), mode: 0o644 },
      {
        path: 'lucia-report.timer',
        content: textsOf(systemd, luciaLike())['units/lucia-report.timer'] ?? '',
        mode: 0o644,
      },
    ]);
    const verified = analyze.run(['verify', '--man=no', `${together}/lucia.service`, `${together}/lucia-report.timer`]);
    const findings = verified.err.split('\n').filter((line) => line !== '' && !line.includes('is not executable'));
    expect(findings).toEqual([]);
  });

  it.runIf(analyze.wanted)('count at most 2.0 for the sandbox [S3-107]', () => {
    const folder = written(systemd(luciaLike(), { ...usualOptions, systemd: 252 }).artifacts);
    const counted = analyze.run([
      'security',
      '--offline=true',
      '--threshold=20',
      '--no-pager',
      `${folder}/units/lucia.service`,
    ]);
    expect(counted.out).toMatch(/Overall exposure level for lucia\.service: [01]\.\d|: 2\.0/);
    expect(counted.code).toBe(0);
  });
});
