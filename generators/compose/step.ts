import type { Loss } from '../../src/models/artifact.ts';
import type { ComposeService } from '../../src/models/compose.ts';
import type { ServiceExtension, Stack } from '../../src/models/stack.ts';
import type { ImageFacts } from '../shared/images.ts';

/** What a step may look at beside the service itself. */
export interface Place {
  readonly stack: Stack;
  readonly name: string;
  readonly extension: ServiceExtension;
  /** What the image is known to carry; in development it is another image. */
  readonly facts: ImageFacts | undefined;
}

interface Stepped {
  readonly service: ComposeService;
  readonly losses: readonly Loss[];
}

/** One thing that is made safer. Pure: what it does not return is as it was. */
export type Step = (service: ComposeService, place: Place) => Stepped;

/** Returns a loss of a key of the service. */
export const told = ({ name }: Place, key: string, message: string): Loss => ({
  path: `services.${name}.${key}`,
  message,
});

/** Returns the service after all steps, in their order. */
export const stepped = (service: ComposeService, place: Place, steps: readonly Step[]): Stepped => {
  let current: Stepped = { service, losses: [] };
  for (const step of steps) {
    const next = step(current.service, place);
    current = { service: next.service, losses: [...current.losses, ...next.losses] };
  }
  return current;
};

/** Returns a copy without some of its keys. */
export const without = <Holder extends object, Key extends keyof Holder>(
  holder: Holder,
  ...keys: readonly Key[]
): Omit<Holder, Key> => {
  const rest = { ...holder };
  for (const key of keys) delete rest[key];
  return rest;
};
