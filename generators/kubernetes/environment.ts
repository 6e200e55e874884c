import type { LiveText, Setting, Stack } from '../../src/models/stack.ts';
import { anyText, someText, value } from './schemas.ts';
import {
  Computed,
  Hole,
  isEmpty,
  isSet,
  textOf,
  When,
  type Look,
  type Plain,
  type PlainMap,
  type Tree,
  type TreeMap,
} from './tree.ts';

/**
 * The environment of a service, divided: what anybody may read goes into a ConfigMap, what is sensitive is only referred to in a Secret,
 * and a text with something sensitive in its middle is put together in the pod (`postgres://app:$(DB_PASSWORD)@db`).
 */

/** A key of the Secret that the pods refer to. Its value is in no rendered file. */
export interface SecretKey {
  readonly key: string;
  readonly description: string;
  readonly required: boolean;
  readonly generate: Setting['generate'];
  /** A file in the container instead of a variable. */
  readonly isFile: boolean;
}

const wholeNumber = (setting: Setting): boolean => setting.type === 'integer' || setting.type === 'port';

/** What the regular expressions of Go, by which Helm checks, do not know: looking around and back. */
const onlyJavaScript = /\(\?[=!<]|\\[1-9]/;

const textSchema = (setting: Setting): PlainMap => {
  const patterns: Readonly<Partial<Record<Setting['type'], string>>> = {
    url: '^[a-zA-Z][a-zA-Z0-9+.-]*://.+',
    integer: '^-?[0-9]+$',
    port: '^[0-9]{1,5}$',
    duration: String.raw`^[0-9]+(\.[0-9]+)?[a-zµ]*([0-9]+[a-z]+)*$`,
  };
  const own =
    setting.pattern !== undefined && !onlyJavaScript.test(setting.pattern) ? `^(?:${setting.pattern})$` : undefined;
  const pattern = own ?? patterns[setting.type];
  const isOptional = !setting.required && setting.default === undefined;
  if (setting.type === 'choice' && setting.values !== undefined)
    return { type: 'string', enum: isOptional ? ['', ...setting.values] : setting.values };
  return {
    ...(isOptional ? anyText : someText),
    ...(pattern === undefined ? {} : { pattern: isOptional ? `^$|${pattern}` : pattern }),
    ...(setting.minLength === undefined || isOptional ? {} : { minLength: setting.minLength }),
  };
};

const words = (setting: Setting): string =>
  [
    setting.description,
    ...(setting.required && setting.default === undefined
      ? ['Required: what stands here is only an example.']
      : setting.example === undefined || setting.example === setting.default
        ? []
        : [`For example: ${setting.example}`]),
  ].join('\n');

/** Returns the hole of a setting in values.yaml; numbers and switches are such there too. */
export const settingHole = (name: string, setting: Setting): Hole => {
  const given = setting.default ?? (setting.required ? (setting.example ?? '') : '');
  const path = `config.${name}`;
  if (wholeNumber(setting) && /^-?\d+$/.test(given)) {
    const least = setting.min ?? (setting.type === 'port' ? 1 : undefined);
    const most = setting.max ?? (setting.type === 'port' ? 65_535 : undefined);
    const range = {
      ...(least === undefined ? {} : { minimum: least }),
      ...(most === undefined ? {} : { maximum: most }),
    };
    return value(path, Number(given), { type: 'integer', ...range }, words(setting));
  }
  if (setting.type === 'boolean' && (given === 'true' || given === 'false'))
    return value(path, given === 'true', { type: 'boolean' }, words(setting));
  // Without any example there is nothing that the schema could ask for.
  const schema = given === '' && setting.type !== 'choice' ? anyText : textSchema(setting);
  return value(path, given, schema, words(setting));
};

/** The value of a hole as text, wherever it stands. */
const asText = (hole: Hole): Computed => {
  const expression = hole.schema['type'] === 'integer' ? `${hole.expression} | int` : hole.expression;
  return new Computed(expression, (look) => textOf(look(hole)), [hole]);
};

const isSensitive = (stack: Stack, name: string): boolean => stack.extension.settings[name]?.sensitive === true;

const settingsIn = (text: LiveText): readonly string[] =>
  text.flatMap((part) => (typeof part === 'string' ? [] : [part.setting]));

const whole = (text: LiveText): string | undefined => {
  const [only, ...others] = text;
  return others.length === 0 && typeof only === 'object' ? only.setting : undefined;
};

/** A text of several parts: `printf "%s:%s" …`. */
const joined = (
  stack: Stack,
  text: LiveText,
  form: (part: string) => string,
  secret: (name: string) => string,
): Tree => {
  const parts = text.map((part): string | Hole => {
    if (typeof part === 'string') return form(part);
    const setting = stack.extension.settings[part.setting];
    if (setting === undefined || setting.sensitive) return secret(part.setting);
    return settingHole(part.setting, setting);
  });
  const holes = parts.filter((part) => part instanceof Hole);
  if (holes.length === 0) return parts.join('');
  const format = parts.map((part) => (part instanceof Hole ? '%s' : part.replaceAll('%', '%%'))).join('');
  const texts = holes.map((hole) => `(${asText(hole).expression} | toString)`);
  const of = (look: Look): Plain => parts.map((part) => (part instanceof Hole ? textOf(look(part)) : part)).join('');
  return new Computed(`printf ${JSON.stringify(format)} ${texts.join(' ')}`, of, holes);
};

/** `$(NAME)` in a value or a command is a variable of the pod, and `$$` a dollar sign (core/v1, EnvVar.value): both as text. */
export const literally = (text: string): string => text.replaceAll(/\$(?=[$(])/g, '$$$$');

const looksSecret = /(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;

/** Whether a variable that nobody declared holds a secret in clear: by its name, and a value that is one. */
export const isClearSecret = (stack: Stack, name: string, text: LiveText): boolean => {
  if (stack.extension.settings[name] !== undefined || !looksSecret.test(name)) return false;
  const given = text.map((part) => (typeof part === 'string' ? part : '')).join('');
  return given !== '' && settingsIn(text).length === 0 && !/^(\/|true$|false$|\d+$)/i.test(given);
};

export interface Environment {
  /** For the ConfigMap. */
  readonly open: TreeMap;
  /** `env` of the container. */
  readonly closed: readonly TreeMap[];
  readonly secrets: readonly SecretKey[];
}

/**
 * Whether a name can be a key of a ConfigMap (Kubernetes, "ConfigMap and Secret keys"), and is a text to every reader of YAML: kustomize
 * takes `1` for a number. Other variables stand in the container itself.
 */
const isKey = (variable: string): boolean =>
  /^[-._A-Za-z0-9]+$/.test(variable) && !/^(?:[-+.]?\d.*|[-.]|y|n|yes|no|on|off|true|false|null)$/i.test(variable);

/** Returns the environment of a service. `secretName` is the name of the Secret. */
export const environmentOf = (stack: Stack, service: string, secretName: Computed): Environment => {
  const open: Record<string, Tree> = {};
  const closed: TreeMap[] = [];
  const secrets = new Map<string, SecretKey>();
  const given = new Set<string>();

  const refer = (variable: string, key: string): void => {
    if (given.has(variable)) return;
    given.add(variable);
    const setting = stack.extension.settings[key];
    const required = setting === undefined || setting.required || setting.generate !== undefined;
    secrets.set(key, {
      key,
      description: setting?.description ?? `${variable} of ${service}.`,
      required,
      generate: setting?.generate,
      isFile: false,
    });
    const secretKeyRef = { name: secretName, key, ...(required ? {} : { optional: true }) };
    closed.push({ name: variable, valueFrom: { secretKeyRef } });
  };

  for (const [variable, text] of Object.entries(stack.environment[service] ?? {})) {
    // Taken from the shell that starts Compose; the losses tell it.
    if (stack.project.services[service]?.environment?.[variable] === null && settingsIn(text).length === 0) continue;
    const setting = whole(text);
    if (setting !== undefined && isSensitive(stack, setting)) refer(variable, setting);
    else if (isClearSecret(stack, variable, text)) refer(variable, variable);
    else if (settingsIn(text).some((name) => isSensitive(stack, name))) {
      for (const name of settingsIn(text)) if (isSensitive(stack, name)) refer(name, name);
      closed.push({ name: variable, value: joined(stack, text, literally, (name) => `$(${name})`) });
    } else if (!isKey(variable)) {
      const known = setting === undefined ? undefined : stack.extension.settings[setting];
      const value =
        setting === undefined || known === undefined
          ? joined(stack, text, literally, () => '')
          : asText(settingHole(setting, known));
      closed.push({ name: variable, value });
    } else if (setting !== undefined && stack.extension.settings[setting] !== undefined) {
      const hole = settingHole(setting, stack.extension.settings[setting]);
      const isOptional = typeof hole.fallback === 'string' && isEmpty(hole.fallback);
      open[variable] = isOptional ? new When(isSet(hole), asText(hole)) : asText(hole);
    } else
      open[variable] = joined(
        stack,
        text,
        (part) => part,
        () => '',
      );
  }
  return { open, closed, secrets: [...secrets.values()] };
};

/** Returns the secrets that a service has as files, by the names that the Compose file gives them. */
export const fileSecrets = (stack: Stack, service: string): readonly SecretKey[] =>
  (stack.project.services[service]?.secrets ?? []).map(({ source }) => {
    const known = stack.extension.secrets[source];
    return {
      key: source,
      description: known?.description ?? `The secret ${source} of ${service}.`,
      required: true,
      generate: known?.generate,
      isFile: true,
    };
  });

/** Returns each key once, sorted; needed by one, it is needed. */
export const uniqueSecrets = (secrets: readonly SecretKey[]): readonly SecretKey[] =>
  [
    ...new Map(
      secrets.toSorted((a, b) => Number(a.required) - Number(b.required)).map((one) => [one.key, one]),
    ).values(),
  ].toSorted((a, b) => (a.key < b.key ? -1 : 1));

/** Only the keys are wanted, not what refers to them. */
const nowhere = new Computed('""', () => '');

/** Returns the keys of the Secret of a stack. */
export const secretsOf = (stack: Stack): readonly SecretKey[] =>
  uniqueSecrets(
    Object.keys(stack.project.services).flatMap((service) => [
      ...environmentOf(stack, service, nowhere).secrets,
      ...fileSecrets(stack, service),
    ]),
  );
