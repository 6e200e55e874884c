import type { Guest } from '../../../src/models/cluster.ts';
import { cores, guestName, tagList } from '../../../src/operations/guest-input.ts';
import { memorySize } from '../../../src/operations/measures.ts';
import { chosenOf, type Field } from '../../../src/ui/form.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import { atOnce, mistakeBy } from '../parts/answers.ts';
import { single, withNow, type Part } from './part.ts';
import type { Settings } from '../settings.ts';

/** What a guest is: name, cores, memory, tags, notes. */

/** MiB as a person writes them: `8G`, `512M`. */
const memoryText = (mebibytes: string | undefined): string => {
  const count = Number(mebibytes ?? '0');
  return count > 0 && count % 1024 === 0 ? `${String(count / 1024)}G` : `${String(count)}M`;
};

const toggled = (settings: Settings, key: string): string => (settings[key] === '1' ? 'on' : 'off');

const text = (field: Omit<Extract<Field, { kind: 'text' }>, 'kind'>, now: string): Field =>
  withNow({ kind: 'text', ...field }, now);

/** Features of containers that anybody may know by name. */
const features = ['nesting', 'keyctl', 'fuse', 'mknod'];

/** Why a feature cannot be set; a token may not what only root@pam may (contract §6.5). */
const barred = (app: AppModel, settings: Settings, name: string): string | undefined => {
  const login = app.look('access.show', {}, atOnce).value?.login;
  const isAllowed =
    login === undefined || login === 'root@pam' || (settings['unprivileged'] === '1' && name === 'nesting');
  return isAllowed ? undefined : 'only root@pam by password may set it';
};

const featurePart = (app: AppModel, settings: Settings): Part => {
  const given = (settings['features'] ?? '').split(',').filter((one) => one !== '');
  const on = given.flatMap((one) => (one.endsWith('=1') ? [one.slice(0, -2)] : []));
  const others = given.filter((one) => !one.endsWith('=1') && !one.endsWith('=0'));
  const names = [...new Set([...features, ...on])];
  const field: Field = withNow(
    {
      kind: 'many',
      name: 'features',
      label: 'Features',
      help: 'Space chooses',
      choices: names.map((value) => {
        const impossible = barred(app, settings, value);
        return { value, label: value, ...(impossible !== undefined && { impossible }) };
      }),
    },
    names.filter((name) => on.includes(name)).join('\n'),
  );
  return single(field, (answer) => {
    const wanted = [...names.filter((name) => chosenOf(answer).includes(name)).map((name) => `${name}=1`), ...others];
    return wanted.length === 0 ? { delete: ['features'] } : { features: wanted.join(',') };
  });
};

const notesPart = (settings: Settings): readonly Part[] => {
  const now = (settings['description'] ?? '').replace(/\n$/, '');
  // A line cannot hold a text of several: that is edited as YAML.
  if (now.includes('\n')) return [];
  const field = text({ name: 'description', label: 'Notes', help: 'what it is for, whom to ask' }, now);
  return [single(field, (description) => ({ description }))];
};

/** The parts of the first page. */
export const machineParts = (app: AppModel, { type }: Guest, settings: Settings): readonly Part[] => {
  const isContainer = type === 'lxc';
  const name = settings[isContainer ? 'hostname' : 'name'] ?? '';
  const memory = text(
    {
      name: 'memory',
      label: 'Memory',
      required: true,
      help: isContainer
        ? '512M, 2G: a running container takes it at once'
        : '512M, 2G: a running VM takes it with its next start',
      check: mistakeBy(memorySize),
    },
    memoryText(settings['memory'] ?? '512'),
  );
  const swap = text(
    { name: 'swap', label: 'Swap', help: '0 for none', check: mistakeBy(memorySize) },
    memoryText(settings['swap'] ?? '512'),
  );
  return [
    single(
      text({ name: 'name', label: 'Name', required: true, help: 'its host name', check: mistakeBy(guestName) }, name),
      (answer) => ({
        name: answer,
      }),
    ),
    single(
      text(
        {
          name: 'cores',
          label: 'Cores',
          help: isContainer ? 'left empty it may use all of its node' : 'of each socket',
          check: mistakeBy(cores),
        },
        settings['cores'] ?? (isContainer ? '' : '1'),
      ),
      (answer) => (answer === '' ? { delete: ['cores'] } : { cores: answer }),
    ),
    single(memory, (answer) => ({ memory: answer })),
    ...(isContainer ? [single(swap, (answer) => ({ swap: answer }))] : []),
    single(
      withNow(
        { kind: 'toggle', name: 'onboot', label: 'Start on boot', help: 'with its node' },
        toggled(settings, 'onboot'),
      ),
      (answer) => ({ onboot: answer }),
    ),
    single(
      withNow(
        { kind: 'toggle', name: 'protection', label: 'Protected', help: 'neither it nor its disks can be destroyed' },
        toggled(settings, 'protection'),
      ),
      (answer) => ({ set: [`protection=${answer === 'on' ? '1' : '0'}`] }),
    ),
    single(
      text(
        { name: 'tags', label: 'Tags', help: 'separated by blanks', check: mistakeBy(tagList) },
        (settings['tags'] ?? '').split(/[;, ]+/).join(' '),
      ),
      (answer) => ({ tags: answer }),
    ),
    ...notesPart(settings),
    ...(isContainer ? [featurePart(app, settings)] : []),
  ];
};
