import type { Loss } from '../../src/models/artifact.ts';
import type { ComposeHealthcheck, ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { imageName } from '../shared/images.ts';
import { bytesOf, sizeText } from '../shared/units.ts';
import { memoryLimit, withMemory } from './resources.ts';
import { told, type Place, type Step } from './step.ts';

/** What Redis, Valkey and PostgreSQL need to keep data: persistence, no eviction, headroom, checks that ask the right thing. */

const often = { interval: '10s', timeout: '5s', retries: 5, start_period: '30s' } as const;
const asked = (healthcheck: ComposeHealthcheck | undefined, script: string): ComposeHealthcheck => ({
  ...often,
  ...healthcheck,
  test: ['CMD-SHELL', script],
});
const testText = ({ healthcheck }: ComposeService): string | undefined => healthcheck?.test?.join(' ');

type RedisName = 'redis' | 'valkey';

const redisName = (image: string | undefined): RedisName | undefined => {
  const { repository } = imageName(image ?? '');
  if (repository === 'redis') return 'redis';
  return repository === 'valkey/valkey' ? 'valkey' : undefined;
};

/** Texts of the configuration files that a service sees. */
const configuration = (service: ComposeService, { project, files }: Stack): string => {
  const textAt = (path: string | undefined): string => files[path?.replace(/^\.\//, '') ?? ''] ?? '';
  const granted = (service.configs ?? []).map(({ source }) => {
    const config = project.configs?.[source];
    return config?.content ?? textAt(config?.file);
  });
  const mounted = (service.volumes ?? []).map(({ source }) => textAt(source));
  return [...granted, ...mounted].join('\n');
};

/** The value of an option of Redis: its command line wins over its file. */
const option = (name: string, command: readonly string[], file: string): string | undefined => {
  const text = command.join(' ');
  const inCommand = new RegExp(String.raw`--${name}\s+("?)([^\s"]+)\1`).exec(text)?.[2];
  return inCommand ?? new RegExp(String.raw`^\s*${name}\s+("?)([^\s"]+)\1`, 'm').exec(file)?.[2];
};

/** Whether the command can be given more options: it is the server's own, no script around it. */
const takesOptions = (command: readonly string[], name: RedisName): boolean =>
  command.length === 0 || command[0] === `${name}-server` || command[0]?.startsWith('--') === true;

const replacedOption = (command: readonly string[], name: string, value: string): readonly string[] => {
  const at = command.indexOf(`--${name}`);
  return at < 0 ? [...command, `--${name}`, value] : command.map((word, index) => (index === at + 1 ? value : word));
};

/** Data that is meant to last is neither evicted nor lost at a restart. */
const lastingRedis = (service: ComposeService, place: Place, name: RedisName): ReturnType<Step> => {
  const file = configuration(service, place.stack);
  let command = service.command ?? [];
  const losses: Loss[] = [];
  const want = (key: string, isRight: (value: string | undefined) => boolean, value: string, why: string): void => {
    if (isRight(option(key, command, file))) return;
    if (!takesOptions(command, name)) {
      losses.push(told(place, 'command', `${key} is not ${value} as far as can be seen: ${why}.`));
      return;
    }
    command = replacedOption(command.length === 0 ? [`${name}-server`] : command, key, value);
    losses.push(told(place, 'command', `${key} is set to ${value}: ${why}.`));
  };
  want('appendonly', (value) => value === 'yes', 'yes', 'without it what was written since the last snapshot is lost');
  want(
    'maxmemory-policy',
    (value) => value === undefined || value === 'noeviction',
    'noeviction',
    'any other policy deletes data silently when the memory is full',
  );
  return { service: command.length === 0 ? service : { ...service, command }, losses };
};

/** A fork for saving and the buffers of clients come on top of the data. */
const headroom = (service: ComposeService, place: Place): ReturnType<Step> => {
  const most = bytesOf(option('maxmemory', service.command ?? [], configuration(service, place.stack)));
  const limit = memoryLimit(service);
  if (most === undefined || most === 0 || limit === undefined || limit >= most * 1.5) return { service, losses: [] };
  const mebi = 1024 ** 2;
  const enough = Math.ceil((most * 1.5) / mebi) * mebi;
  return {
    service: withMemory(service, enough),
    losses: [
      told(
        place,
        'deploy.resources.limits.memory',
        `${sizeText(limit)} leaves no headroom over maxmemory for saving and buffers; it is ${sizeText(enough)}, half as much again.`,
      ),
    ],
  };
};

/** How the check gets the password: never as an argument. `undefined`: there is none, as far as can be seen. */
const password = (service: ComposeService): string | undefined => {
  if (service.environment?.['REDISCLI_AUTH'] !== undefined) return '';
  const secret = service.secrets?.find(({ source }) => /pass/i.test(source));
  if (secret !== undefined)
    return `REDISCLI_AUTH="$(cat ${secret.target?.startsWith('/') === true ? secret.target : `/run/secrets/${secret.target ?? secret.source}`})" `;
  const variable = Object.keys(service.environment ?? {}).find((name) => /^(REDIS|VALKEY).*PASSWORD$/i.test(name));
  return variable === undefined ? undefined : `REDISCLI_AUTH="$${variable}" `;
};

const redis = (service: ComposeService, place: Place, name: RedisName): ReturnType<Step> => {
  const isLasting = place.extension.datastore || service.volumes?.some(({ target }) => target === '/data') === true;
  const kept = isLasting ? lastingRedis(service, place, name) : { service, losses: [] };
  const roomy = headroom(kept.service, place);
  const test = testText(service);
  // `redis-cli ping` ends with 0 also where it was refused; with `-e` it does not.
  const isFalse = test === undefined || (/-cli\b.*\bping\b/.test(test) && !/PONG|\s-e\s/.test(test));
  const auth = password(service);
  const script = `${auth ?? ''}${name}-cli ping | grep -q PONG`;
  const losses = [...kept.losses, ...roomy.losses];
  if (/--requirepass\s+\S/.test((service.command ?? []).join(' ')))
    losses.push(
      told(
        place,
        'command',
        'The password is an argument that every list of processes shows; put it into a file of `secrets`.',
      ),
    );
  else if (
    auth === undefined &&
    option('aclfile', service.command ?? [], configuration(service, place.stack)) === undefined
  )
    losses.push(told(place, 'secrets', 'It asks for no password: whatever is on its networks can read and write it.'));
  if (isFalse && test !== undefined)
    losses.push(
      told(place, 'healthcheck.test', 'A refused ping ends well too; the check looks for PONG in the answer.'),
    );
  return {
    service: isFalse ? { ...roomy.service, healthcheck: asked(service.healthcheck, script) } : roomy.service,
    losses,
  };
};

const postgres = (service: ComposeService, place: Place): ReturnType<Step> => {
  const test = testText(service);
  const isRight = test !== undefined && (!test.includes('pg_isready') || /\s(-d|--dbname)/.test(test));
  if (isRight) return { service, losses: [] };
  // Over TCP: while the image sets itself up, its server answers on the socket only.
  const script = `pg_isready --quiet --host=127.0.0.1 --username="\${POSTGRES_USER:-postgres}" --dbname="\${POSTGRES_DB:-\${POSTGRES_USER:-postgres}}"`;
  return {
    service: { ...service, healthcheck: asked(service.healthcheck, script) },
    losses:
      test === undefined
        ? []
        : [
            told(
              place,
              'healthcheck.test',
              'pg_isready names its database, or the log fills with refused connections.',
            ),
          ],
  };
};

/** Sets what the known data stores need. A cache without a volume may forget: it stays as it is. */
export const datastores: Step = (service, place) => {
  const name = redisName(service.image);
  if (name !== undefined) return redis(service, place, name);
  const { repository } = imageName(service.image ?? '');
  return repository === 'postgres' || repository === 'pgvector/pgvector'
    ? postgres(service, place)
    : { service, losses: [] };
};
