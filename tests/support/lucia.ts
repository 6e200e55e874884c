import type { ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { stackOf } from './stacks.ts';

/** An application of three kinds of units: a program of the machine, a service of the distribution, a container; and a job by the clock. */

const lucia: ComposeService = {
  image: 'seiggy/lucia:1.0.0',
  environment: {
    OpenAI__BaseUrl: 'https://api.openai.com/v1',
    OpenAI__ApiKey: '',
    HomeAssistant__BaseUrl: '',
    Redis__ConnectionString: 'redis:6379',
    ASPNETCORE_URLS: 'http://+:8080',
    GREETING: '50 % off, "today" for $5',
  },
  ports: [{ target: 8080, published: '7235', protocol: 'tcp', mode: 'ingress' }],
  depends_on: {
    redis: { condition: 'service_healthy', required: true },
    worker: { condition: 'service_started', required: true },
    migrate: { condition: 'service_completed_successfully', required: true },
  },
  configs: [{ source: 'lucia', target: '/etc/lucia/appsettings.json' }],
  networks: { default: null },
  restart: 'unless-stopped',
  mem_limit: '2147483648',
  cpus: 1.5,
  pids_limit: 256,
  stop_grace_period: '30s',
};

const worker: ComposeService = {
  image: 'ghcr.io/example/worker:2',
  environment: { DATABASE_URL: '', LEVEL: 'info' },
  healthcheck: {
    test: ['CMD', '/worker', 'health', 'a b'],
    interval: '20s',
    timeout: '3s',
    retries: 4,
    start_period: '10s',
  },
  networks: { default: { aliases: ['jobs'] } },
  volumes: [
    { type: 'volume', source: 'data', target: '/data' },
    { type: 'bind', source: './files/worker.yaml', target: '/etc/worker.yaml', read_only: true },
  ],
  secrets: [{ source: 'signing-key', target: '/run/secrets/signing-key' }],
  expose: ['9000'],
  read_only: true,
  restart: 'always',
};

export const luciaLike = (): Stack =>
  stackOf({
    project: {
      name: 'lucia',
      services: {
        lucia,
        redis: {
          image: 'redis:8-alpine',
          command: ['redis-server', '--appendonly', 'yes'],
          networks: { default: null },
        },
        worker,
        migrate: { image: 'ghcr.io/example/worker:2', command: ['/worker', 'migrate'], networks: { default: null } },
        report: { image: 'ghcr.io/example/worker:2', command: ['/worker', 'report'], networks: { default: null } },
      },
      networks: { default: { name: 'lucia_default' } },
      volumes: { data: { name: 'lucia_data' } },
      secrets: { 'signing-key': { name: 'lucia_signing-key', file: './signing-key' } },
      configs: { lucia: { name: 'lucia_lucia', file: './files/appsettings.json' } },
    },
    extension: {
      title: 'Lucia',
      description: 'An assistant for the home.',
      home: 'https://example.org/lucia',
      settings: {
        OpenAI__BaseUrl: {
          description: 'Where the model answers.',
          group: 'LLM',
          type: 'url',
          default: 'https://api.openai.com/v1',
          example: 'http://ollama:11434/v1',
        },
        OpenAI__ApiKey: {
          description: 'The key of the provider.',
          group: 'LLM',
          sensitive: true,
          required: true,
          minLength: 20,
        },
        HomeAssistant__BaseUrl: {
          description: 'Where Home Assistant answers.',
          group: 'Home Assistant',
          type: 'url',
          required: true,
          example: 'http://homeassistant.local:8123',
        },
        Redis__ConnectionString: { description: 'Where Redis answers.', group: 'Redis', default: 'redis:6379' },
        DB_USER: { description: 'The user of the database.', group: 'Database', default: 'lucia' },
        DB_PASSWORD: {
          description: 'The password of the database.',
          group: 'Database',
          sensitive: true,
          generate: { kind: 'password' },
          rotateDays: 90,
        },
        LEVEL: {
          description: 'How much is logged.',
          group: 'Logging',
          type: 'choice',
          values: ['debug', 'info'],
          default: 'info',
        },
      },
      secrets: { 'signing-key': { description: 'Signs the tokens.' } },
      routes: [{ service: 'lucia', port: 8080, host: 'lucia.example.org', websocket: true }],
      smoke: [
        { name: 'answers', service: 'lucia', check: { http: { path: '/health', port: 8080, contains: 'Healthy' } } },
      ],
      requires: { cores: 2, memory: '2gb', disk: '8gb' },
      providers: [
        {
          name: 'Ollama',
          description: 'Models on a machine of your own.',
          settings: { OpenAI__BaseUrl: 'http://ollama:11434/v1', OpenAI__ApiKey: '' },
          models: ['llama3.3'],
          tips: ['Give the machine enough memory for the model.'],
        },
      ],
      troubles: [
        {
          symptom: 'It says "no model"',
          cause: 'The address of the model is not set.',
          solution: 'Set OpenAI__BaseUrl.',
          prevention: 'Run validate-deployment.sh before.',
        },
      ],
    },
    services: {
      lucia: {
        description: 'Lucia, the agent host',
        health: { http: { path: '/health', port: 8080 } },
        systemd: {
          command: ['/usr/bin/dotnet', '/opt/lucia/lucia.AgentHost.dll'],
          directory: '/opt/lucia',
          notify: true,
          watchdog: '60s',
          packages: ['aspnetcore-runtime-10.0'],
          justInTime: true,
        },
      },
      redis: {
        datastore: true,
        health: { command: ['redis-cli', 'ping'] },
        systemd: { provided: 'redis-server.service', packages: ['redis-server'] },
      },
      worker: { scratch: ['/var/spool/worker'] },
      migrate: { once: true },
      report: { kubernetes: { kind: 'CronJob', schedule: '*/15 2-4 * * 1-5' } },
    },
    environment: {
      lucia: {
        OpenAI__BaseUrl: [{ setting: 'OpenAI__BaseUrl' }],
        OpenAI__ApiKey: [{ setting: 'OpenAI__ApiKey' }],
        HomeAssistant__BaseUrl: [{ setting: 'HomeAssistant__BaseUrl' }],
        Redis__ConnectionString: [{ setting: 'Redis__ConnectionString' }],
      },
      worker: {
        DATABASE_URL: ['postgres://', { setting: 'DB_USER' }, ':', { setting: 'DB_PASSWORD' }, '@db/lucia'],
        LEVEL: [{ setting: 'LEVEL' }],
      },
    },
    files: { 'files/worker.yaml': 'queue: main\n', 'files/appsettings.json': '{}\n' },
    digests: { 'ghcr.io/example/worker:2': `sha256:${'a'.repeat(64)}` },
  });
