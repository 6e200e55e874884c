import type { ComposeProject } from '../../src/models/compose.ts';
import {
  serviceExtensionSchema,
  stackExtensionSchema,
  type LiveText,
  type ServiceExtension,
  type Stack,
  type StackExtension,
} from '../../src/models/stack.ts';
import type { z } from 'zod';

interface StackParts {
  readonly project: ComposeProject;
  readonly development?: ComposeProject;
  readonly extension?: z.input<typeof stackExtensionSchema>;
  readonly services?: Readonly<Record<string, z.input<typeof serviceExtensionSchema>>>;
  /** Where it differs from what the project says. */
  readonly environment?: Stack['environment'];
  readonly files?: Stack['files'];
  readonly digests?: Stack['digests'];
}

const literal = (environment: Readonly<Record<string, string | null>> = {}): Readonly<Record<string, LiveText>> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, [value ?? '']]));

/** Returns a stack made by hand: what is not said is what the loader makes of a Compose file that does not say it. */
export const stackOf = ({
  project,
  development,
  extension,
  services,
  environment,
  files,
  digests,
}: StackParts): Stack => {
  const parsedExtension: StackExtension = stackExtensionSchema.parse(extension ?? {});
  const parsedServices: Record<string, ServiceExtension> = {};
  for (const name of Object.keys(project.services))
    parsedServices[name] = serviceExtensionSchema.parse(services?.[name] ?? {});
  return {
    name: project.name,
    project,
    development,
    extension: parsedExtension,
    services: parsedServices,
    environment: Object.fromEntries(
      Object.entries(project.services).map(([name, service]) => [
        name,
        { ...literal(service.environment), ...environment?.[name] },
      ]),
    ),
    files: files ?? {},
    digests: digests ?? {},
  };
};
