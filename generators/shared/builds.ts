import type { BuildPlan, Stack } from '../../src/models/stack.ts';
import { imageOf } from './images.ts';

/** One image that a Dockerfile of ours builds, for all services that run it. */
export interface Build {
  /** The first service that runs it: its name is the folder's. */
  readonly service: string;
  readonly plan: BuildPlan;
  readonly image: string;
  /** The folder of the source, relative to the stack's. */
  readonly context: string;
}

const keyOf = ({ plan, image, context }: Omit<Build, 'service'>): string => JSON.stringify([image, context, plan]);

const buildOf = (stack: Stack, service: string): Omit<Build, 'service'> | undefined => {
  const plan = stack.services[service]?.dockerfile;
  const context = stack.project.services[service]?.build?.context ?? '.';
  return plan === undefined ? undefined : { plan, image: imageOf(stack, service), context };
};

/** Returns every image that is built, once, by the services' order. */
export const builds = (stack: Stack): readonly Build[] => {
  const found = new Map<string, Build>();
  for (const service of Object.keys(stack.project.services)) {
    const build = buildOf(stack, service);
    if (build !== undefined && !found.has(keyOf(build))) found.set(keyOf(build), { service, ...build });
  }
  return [...found.values()];
};

/** Returns the folder of a service's Dockerfile below `rendered/<stack>/dockerfile/`; `undefined` where we make none. */
export const dockerfileFolder = (stack: Stack, service: string): string | undefined => {
  const build = buildOf(stack, service);
  return build === undefined ? undefined : builds(stack).find((other) => keyOf(other) === keyOf(build))?.service;
};

/** Where the source stands in the container of development: where `compose.dev.yaml` mounts it, else in a place of ours. */
export const sourceFolder = (stack: Stack, service: string): string => {
  const folder = dockerfileFolder(stack, service);
  const mounts = Object.entries(stack.development?.services ?? {})
    .filter(([name]) => folder !== undefined && dockerfileFolder(stack, name) === folder)
    .flatMap(([, { volumes = [] }]) => volumes);
  const context = stack.project.services[service]?.build?.context ?? '.';
  return mounts.find(({ type, source }) => type === 'bind' && source === context)?.target ?? '/src';
};
