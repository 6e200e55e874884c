import { describe, expect, it } from 'vitest';
import { violation } from '../../../src/stacks/rules.ts';
import { renderBlueprint } from '../../support/blueprints.ts';
import { modeOf, settingsOf, textOf, yamlOf } from './lucia.ts';

const compose = yamlOf('compose/compose.yaml');
const service = (name: string, expected: object) => {
  expect(compose).toMatchObject({ services: { [name]: expected } });
};

describe('lucia by Docker Compose', () => {
  it('is lucia and a redis that it waits for, at 7235 on the machine and 8080 inside [S3-037, S3-004]', () => {
    expect(compose).toMatchObject({ name: 'lucia' });
    expect(compose).not.toHaveProperty('version');
    service('lucia', {
      image: 'seiggy/lucia:1.0.0',
      build: { context: expect.stringContaining('lucia/source') },
      restart: 'unless-stopped',
      depends_on: { redis: { condition: 'service_healthy' } },
      ports: [{ target: 8080, published: '7235' }],
      configs: [{ source: 'appsettings', target: '/app/appsettings.Production.json' }],
    });
    expect(textOf('compose/compose.yaml')).not.toMatch(/container_name|:latest/);
  });

  it('asks the health of lucia by a program that its image has [S3-038]', () => {
    service('lucia', {
      healthcheck: { test: ['CMD', 'dotnet', '/healthcheck/healthcheck.dll', 'http://127.0.0.1:8080/alive', '200'] },
    });
    expect(textOf('dockerfile/lucia/Dockerfile')).toContain('COPY --from=build /out/healthcheck/ /healthcheck/');
  });

  it('keeps the state of redis: nothing evicted, every write kept, headroom over what it holds [S3-039]', () => {
    const conf = textOf('compose/files/redis.conf');
    expect(conf).toMatch(/^maxmemory-policy noeviction$/m);
    expect(conf).toMatch(/^appendonly yes$/m);
    expect(conf).toMatch(/^maxmemory 256mb$/m);
    service('redis', {
      image: 'redis:8-alpine',
      deploy: { resources: { limits: { memory: '512M' } } },
      volumes: [{ type: 'volume', source: 'redis-data', target: '/data' }],
      healthcheck: { test: ['CMD', 'redis-cli', '-e', 'ping'] },
    });
    expect(compose).not.toHaveProperty('services.redis.ports');
    expect(compose).toMatchObject({ volumes: { 'redis-data': {} } });
  });

  it('gives redis its password over standard input, never as an argument', () => {
    service('redis', {
      command: ['sh', '-c', expect.stringMatching(/redis\.conf - <<EOF\nrequirepass "\$\$REDISCLI_AUTH"\nEOF/)],
      environment: { REDISCLI_AUTH: expect.stringMatching(/^\$\{Redis__Password:\?/) },
    });
  });

  it('confines both containers, and redis to a network without a way out', () => {
    for (const name of ['lucia', 'redis'])
      service(name, {
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        user: name === 'lucia' ? '1654:1654' : '999:1000',
        logging: { options: { 'max-size': '10m', 'max-file': '3' } },
      });
    expect(compose).toMatchObject({ networks: { back: { internal: true } } });
    expect(compose).toHaveProperty('services.redis.networks', { back: null });
  });

  it('is written in a development variant: source and models mounted, debugger, loud, a model nearby [S3-041]', () => {
    expect(yamlOf('compose/compose.dev.yaml')).toMatchObject({
      services: {
        lucia: {
          build: { dockerfile: expect.stringMatching(/Dockerfile\.dev$/) },
          environment: {
            Logging__LogLevel__Default: 'Debug',
            OpenAI__BaseUrl: expect.stringContaining('host.docker.internal'),
          },
          volumes: [{ target: '/src' }, { target: '/models', read_only: true }],
        },
      },
    });
    expect(textOf('compose/compose.dev.yaml')).toMatch(/host_ip: 127\.0\.0\.1\n\s+target: 5005/);
  });
});

describe('the settings of lucia for Compose', () => {
  const example = settingsOf('compose/.env.example');

  it('has the address of Home Assistant, to be filled in [S3-042]', () => {
    expect(example).toHaveProperty('HomeAssistant__BaseUrl', '');
    service('lucia', {
      environment: { HomeAssistant__BaseUrl: expect.stringMatching(/^\$\{HomeAssistant__BaseUrl:\?/) },
    });
  });

  it('has its token and the key of the model, both empty and asked for [S3-043, S3-044]', () => {
    for (const name of ['HomeAssistant__AccessToken', 'OpenAI__ApiKey']) {
      expect(example).toHaveProperty(name, '');
      service('lucia', { environment: { [name]: expect.stringMatching(new RegExp(`^\\$\\{${name}:\\?`)) } });
    }
  });

  it('has address, model and embedding model with what they usually are [S3-045, S3-046, S3-047]', () => {
    expect(example).toMatchObject({
      OpenAI__BaseUrl: 'https://api.openai.com/v1',
      OpenAI__ModelId: 'gpt-4o',
      OpenAI__EmbeddingModelId: 'text-embedding-3-small',
    });
    service('lucia', {
      environment: {
        OpenAI__BaseUrl: '${OpenAI__BaseUrl:-https://api.openai.com/v1}',
        OpenAI__ModelId: '${OpenAI__ModelId:-gpt-4o}',
        OpenAI__EmbeddingModelId: '${OpenAI__EmbeddingModelId:-text-embedding-3-small}',
      },
    });
  });

  it('has the place and the password of redis, the password never with a default [S3-048, S3-049]', () => {
    expect(example).toMatchObject({ Redis__ConnectionString: 'redis:6379', Redis__Password: '' });
    service('lucia', { environment: { Redis__Password: expect.stringMatching(/^\$\{Redis__Password:\?/) } });
  });

  it('has the level of the log, and says which there are [S3-050]', () => {
    expect(example).toHaveProperty('Logging__LogLevel__Default', 'Information');
    expect(textOf('compose/.env.example')).toContain('Trace, Debug, Information, Warning, Error, Critical');
  });

  it('has rules: addresses by HTTP, a long token, a key of twenty characters or the name of a local server [S3-051]', async () => {
    const { settings } = (await renderBlueprint('lucia')).stack.extension;
    const takes = (name: string, value: string): boolean => {
      const setting = settings[name];
      return setting !== undefined && violation(setting, value) === undefined;
    };
    for (const name of ['HomeAssistant__BaseUrl', 'OpenAI__BaseUrl']) {
      expect(takes(name, 'https://home.arpa:8123')).toBe(true);
      expect(takes(name, 'ftp://home.arpa')).toBe(false);
    }
    expect(takes('HomeAssistant__AccessToken', 'x'.repeat(32))).toBe(true);
    expect(takes('HomeAssistant__AccessToken', 'x'.repeat(31))).toBe(false);
    for (const key of ['ollama', 'lm-studio', 'k'.repeat(20)]) expect(takes('OpenAI__ApiKey', key)).toBe(true);
    expect(takes('OpenAI__ApiKey', 'k'.repeat(19))).toBe(false);
    expect(takes('Logging__LogLevel__Default', 'Loud')).toBe(false);
  });

  it('has where telemetry goes [S3-021]', () => {
    expect(textOf('compose/.env.example')).toMatch(/^#OTEL_EXPORTER_OTLP_ENDPOINT=$/m);
    expect(example).toMatchObject({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_SERVICE_NAME: 'lucia' });
  });
});

describe('the images of lucia', () => {
  const dockerfile = textOf('dockerfile/lucia/Dockerfile');

  it('is built by the SDK and runs on a small base of .NET 10, as nobody [S3-029, S3-032, S3-033]', () => {
    expect(dockerfile).toMatch(
      /^FROM --platform=\$BUILDPLATFORM mcr\.microsoft\.com\/dotnet\/sdk:10\.0-noble\S* AS build$/m,
    );
    expect(dockerfile).toMatch(/^FROM mcr\.microsoft\.com\/dotnet\/aspnet:10\.0-noble-chiseled/m);
    expect(dockerfile).toMatch(/^USER 1654:1654$/m);
    expect(dockerfile).toMatch(/^EXPOSE 8080$/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["dotnet", "lucia\.AgentHost\.dll"\]$/m);
  });

  it('restores before it copies the source, and publishes the host alone [S3-030, S3-031]', () => {
    const order = [
      'COPY lucia-dotnet.slnx',
      'dotnet restore lucia.AgentHost',
      'COPY . .',
      'dotnet publish lucia.AgentHost',
    ];
    const places = order.map((text) => dockerfile.indexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('is developed in the SDK, which watches the source [S3-036]', () => {
    const develop = textOf('dockerfile/lucia/Dockerfile.dev');
    expect(develop).toMatch(/^FROM mcr\.microsoft\.com\/dotnet\/sdk:10\.0/m);
    expect(develop).toMatch(/^CMD \["dotnet", "watch", "run", /m);
    expect(develop).toMatch(/^EXPOSE 8080$/m);
  });

  it('leaves out of the context what is no source, in a file that Docker really reads [S3-058]', () => {
    const ignored = textOf('dockerfile/lucia/Dockerfile.dockerignore').split('\n');
    for (const one of ['**/bin', '**/obj', '.vs', '.vscode', '.docs', 'specs', '.git', '**/.env*'])
      expect(ignored).toContain(one);
    // Excluding the tests would break the restore of a solution that names them.
    expect(ignored.some((line) => line.includes('Tests') && !line.startsWith('**/TestResults'))).toBe(false);
  });

  it('has scripts that may be run', () => {
    expect(modeOf('systemd/install.sh')).toBe(0o755);
  });
});
