import type { Setting, Stack } from '../../src/models/stack.ts';
import { code, fence, heading, link, list, markdown, plain, table } from '../shared/markdown.ts';
import { unitsOf } from '../shared/systemdUnits.ts';
import { codes, groupsOf, titleOf, usersOf } from './facts.ts';

const rangeOf = ({ values, pattern, minLength, min, max }: Setting): string =>
  [
    values === undefined ? '' : `one of ${codes(values)}`,
    min === undefined ? '' : `at least ${min}`,
    max === undefined ? '' : `at most ${max}`,
    minLength === undefined ? '' : `at least ${minLength} characters`,
    pattern === undefined ? '' : `matches ${code(pattern)}`,
  ]
    .filter((part) => part !== '')
    .join('; ');

const madeBy = ({ generate, rotateDays }: Setting): string =>
  [
    generate === undefined
      ? ''
      : `made by ${code('proxdeck secret generate')} (${generate.kind}, ${generate.bytes} bytes)`,
    rotateDays === undefined ? '' : `made anew every ${rotateDays} days`,
  ]
    .filter((part) => part !== '')
    .join('; ');

const shown = (text: string | undefined): string => (text === undefined || text === '' ? '' : code(text));

const entryOf = (stack: Stack, name: string, setting: Setting): readonly string[] => [
  heading(3, code(name)),
  plain(setting.description),
  table(
    ['Type', 'Required', 'Values', 'Default', 'Example', 'Sensitive', 'Services'],
    [
      [
        setting.type,
        setting.required ? 'yes' : 'no',
        rangeOf(setting),
        shown(setting.default),
        setting.sensitive ? '' : shown(setting.example),
        setting.sensitive ? 'yes' : 'no',
        codes(usersOf(stack, name)),
      ],
    ],
  ),
  ...(madeBy(setting) === '' ? [] : [`It is ${madeBy(setting)}.`]),
  ...(setting.notes.length === 0 ? [] : [list(setting.notes.map(plain))]),
];

/** Returns the reference of every setting, made of the same list as the files that are set [S3-026]. */
export const configurationReference = (stack: Stack): string => {
  const groups = [...groupsOf(stack)];
  const secrets = Object.entries(stack.extension.secrets);
  const files = unitsOf(stack).filter(({ way }) => way !== 'provided');
  return markdown([
    heading(1, `${titleOf(stack)}: configuration reference`),
    'Made from the typed list of settings that every way of running it is rendered from: this page cannot say something else than the files.',
    heading(2, 'Where they are set'),
    table(
      ['Way', 'Settings', 'Sensitive ones'],
      [
        ['Docker Compose', code('compose/.env'), `${code('compose/.env')}, mode 0600`],
        ['Helm', `values of the chart, see ${link('its README', '../helm/README.md')}`, 'a Secret'],
        ['kustomize', code('kubernetes/base/config'), 'a Secret'],
        [
          'systemd',
          codes(files.map(({ name }) => `/etc/${stack.name}/${name}.env`)),
          `a file each in ${code(`/etc/${stack.name}/credentials`)}`,
        ],
      ],
    ),
    ...(groups.length === 0 ? ['There is nothing to set.'] : []),
    ...groups.flatMap(([group, settings]) => [
      heading(2, plain(group)),
      ...settings.flatMap(([name, setting]) => entryOf(stack, name, setting)),
    ]),
    ...(secrets.length === 0
      ? []
      : [
          heading(2, 'Secrets as files'),
          table(
            ['Secret', 'What it is', 'How it is made'],
            secrets.map(([name, { description, generate, rotateDays, leaf }]) => [
              code(name),
              plain(description),
              leaf === undefined
                ? [
                    generate === undefined ? 'by you' : generate.kind,
                    rotateDays === undefined ? '' : `every ${rotateDays} days`,
                  ]
                    .filter((part) => part !== '')
                    .join(', ')
                : `${leaf.part} of ${leaf.name}, by the internal authority`,
            ]),
          ),
        ]),
  ]);
};

/** Returns a section for each partner that the application can talk to: address, key, models, an example, advice [S3-129]. */
export const providers = (stack: Stack): string =>
  markdown([
    heading(1, `${titleOf(stack)}: providers`),
    `Settings by provider. A sensitive one is only named: its value is set as the ${link('configuration reference', 'configuration-reference.md')} says.`,
    table(
      ['Provider', 'What it is'],
      stack.extension.providers.map(({ name, description }) => [plain(name), plain(description)]),
    ),
    ...stack.extension.providers.flatMap(({ name, description, settings, models, tips }) => {
      const open = Object.entries(settings).filter(
        ([setting]) => stack.extension.settings[setting]?.sensitive !== true,
      );
      const hidden = Object.keys(settings).filter((setting) => stack.extension.settings[setting]?.sensitive === true);
      return [
        heading(2, plain(name)),
        plain(description),
        ...(open.length === 0
          ? []
          : [
              fence(
                'sh',
                open.map(([setting, value]) => `${setting}=${value}`),
              ),
            ]),
        ...(hidden.length === 0 ? [] : [`Key: ${codes(hidden)}.`]),
        ...(models.length === 0 ? [] : [`Models: ${codes(models)}.`]),
        ...(tips.length === 0 ? [] : [list(tips.map(plain))]),
      ];
    }),
  ]);
