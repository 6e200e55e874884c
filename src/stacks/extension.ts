import type { z } from 'zod';
import { explain } from '../config/checked.ts';
import type { ComposeProject } from '../models/compose.ts';
import { keysAt } from '../models/schemaKeys.ts';
import {
  serviceExtensionSchema,
  stackExtensionSchema,
  type Check,
  type ServiceExtension,
  type StackExtension,
} from '../models/stack.ts';
import type { ComposePath, Places } from './places.ts';

/** What stands under `x-proxdeck`: read by its schemas, wrong things told with their places. */

const key = 'x-proxdeck';

const hint = 'docs/stacks.md says what may stand under x-proxdeck.';

/** Keys of JSON are names, of lists numbers. */
const within = (path: readonly PropertyKey[]): ComposePath =>
  path.map((step) => (typeof step === 'number' ? step : String(step)));

const parsed = <Schema extends z.ZodObject>(
  schema: Schema,
  raw: unknown,
  before: ComposePath,
  places: Places,
): z.output<Schema> => {
  // It is read once: code made for the schema would cost more than it saves.
  const result = schema.safeParse(raw ?? {}, { jitless: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw places.error(before, result.error.message, hint);
  const { path, message } = explain(issue, (at) => keysAt(schema, at));
  throw places.error([...before, ...within(path)], message, hint);
};

/** A check asks one question: over HTTP, over TCP, or by a command. */
const requireOneQuestion = ({ http, tcp, command }: Check, path: ComposePath, places: Places): void => {
  const asked = [http, tcp, command].filter((one) => one !== undefined).length;
  if (asked !== 1)
    throw places.error(
      path,
      asked === 0 ? 'it asks nothing.' : 'it asks more than one thing.',
      'Give exactly one of http, tcp and command.',
    );
};

/** Returns what the stack says of itself, with everything unsaid filled in. Throws `config` with the place. */
export const stackExtensionOf = (project: ComposeProject, places: Places): StackExtension => {
  const extension = parsed(stackExtensionSchema, project[key], [key], places);
  for (const [index, { check }] of extension.smoke.entries())
    requireOneQuestion(check, [key, 'smoke', index, 'check'], places);
  return extension;
};

/** Returns what each service says of itself, by service; every service is in it. Throws `config` with the place. */
export const serviceExtensionsOf = (
  project: ComposeProject,
  places: Places,
): Readonly<Record<string, ServiceExtension>> =>
  Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => {
      const path = ['services', name, key];
      const extension = parsed(serviceExtensionSchema, service[key], path, places);
      for (const part of ['health', 'ready'] as const) {
        const check = extension[part];
        if (check !== undefined) requireOneQuestion(check, [...path, part], places);
      }
      return [name, extension];
    }),
  );
