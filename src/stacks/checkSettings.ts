import type { Setting, Stack } from '../models/stack.ts';
import { isPlaceholder } from './placeholder.ts';
import type { ComposePath, Note, Places } from './places.ts';
import { violation, wholePattern } from './rules.ts';

/** Settings that contradict themselves. */

const pathOf = (name: string, ...rest: readonly string[]): ComposePath => ['x-proxdeck', 'settings', name, ...rest];

/** What is wrong with how a setting is described: its key, and a sentence. */
const faultOf = (setting: Setting): readonly [key: string, message: string, hint: string] | undefined => {
  const { type, values, pattern, min, max, sensitive, generate } = setting;
  if (type === 'choice' && values === undefined)
    return ['type', 'a choice needs its values.', 'List them: values: [one, other].'];
  if (pattern !== undefined && wholePattern(pattern) === undefined)
    return ['pattern', 'this is no regular expression.', 'A `$` is written `$$` in a Compose file.'];
  if (min !== undefined && max !== undefined && min > max)
    return ['min', 'the least is more than the most.', 'Swap min and max.'];
  if (sensitive && setting.default !== undefined)
    return [
      'default',
      'a sensitive setting has no default: everybody would know it.',
      'Leave it out, and give the value with `proxdeck secret set`, or let it be made: generate.',
    ];
  if (generate !== undefined && !sensitive)
    return ['generate', 'only a sensitive setting is made by itself.', 'Say `sensitive: true`.'];
  if (generate?.kind === 'certificate')
    return [
      'generate',
      'a certificate is a file, no setting.',
      'Declare it under pki.leaves and give it out by a secret with `leaf`.',
    ];
  if (setting.default === undefined) return undefined;
  const broken = violation(setting, setting.default);
  if (broken !== undefined) return ['default', `it ${broken}.`, 'Correct the default or its rule.'];
  if (isPlaceholder(setting.default))
    return [
      'default',
      'this only stands in for a value, and would be used as one.',
      'Leave the default out and say `required: true`.',
    ];
  return undefined;
};

const isUsed = ({ environment }: Pick<Stack, 'environment'>, name: string): boolean =>
  Object.values(environment).some((variables) =>
    Object.values(variables)
      .flat()
      .some((part) => typeof part !== 'string' && part.setting === name),
  );

/** Throws `config` for the first setting that contradicts itself; returns those that nothing uses. */
export const checkSettings = (stack: Pick<Stack, 'extension' | 'environment'>, places: Places): readonly Note[] => {
  const { settings } = stack.extension;
  for (const [name, setting] of Object.entries(settings)) {
    const fault = faultOf(setting);
    if (fault !== undefined) throw places.error(pathOf(name, fault[0]), fault[1], fault[2]);
  }
  return Object.keys(settings).flatMap((name) =>
    isUsed(stack, name)
      ? []
      : [
          {
            at: places.at(pathOf(name)),
            path: pathOf(name),
            message: `No service uses the setting ${name}: refer to it in an environment, \`${name}: \${${name}}\`.`,
          },
        ],
  );
};
