import * as z from 'zod';
import { serviceExtensionSchema, stackExtensionSchema } from '../../src/models/stack.ts';
import { workspaceSchema } from '../../src/models/workspace.ts';

/** What editors complete and check files of a workspace with, made of the schemas that the program itself checks them with. */

/** What may be written: defaults may be left out. */
const written = (schema: z.ZodType): unknown => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return rest;
};

/** All else in a Compose file is the specification's own. */
const composeSchema = 'https://raw.githubusercontent.com/compose-spec/compose-spec/main/schema/compose-spec.json';

const dialect = 'http://json-schema.org/draft-07/schema#';

const stack = (): unknown => ({
  $schema: dialect,
  title: 'Compose file of a Proxdeck stack',
  description: 'The Compose Specification, and under x-proxdeck what it cannot say.',
  allOf: [{ $ref: composeSchema }],
  type: 'object',
  properties: {
    'x-proxdeck': written(stackExtensionSchema),
    services: {
      type: 'object',
      additionalProperties: { type: 'object', properties: { 'x-proxdeck': written(serviceExtensionSchema) } },
    },
  },
});

const workspace = (): unknown => ({
  $schema: dialect,
  title: 'Workspace of Proxdeck',
  description: 'proxdeck.yaml: targets, the network plan, defaults, and who reads secrets.',
  ...Object(written(workspaceSchema)),
});

/** Returns the texts of the schemas by their file's name. */
export const editorSchemas = (): Readonly<Record<string, string>> => {
  const text = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`;
  return { 'compose-stack.json': text(stack()), 'proxdeck.json': text(workspace()) };
};
