import type { Artifact } from '../../src/models/artifact.ts';
import type { Generator, Stack } from '../../src/models/stack.ts';
import { builds, sourceFolder, type Build } from '../shared/builds.ts';
import { healthCommand } from '../shared/health.ts';
import { baseImages, builtUser, imageFacts, pinned } from '../shared/images.ts';
import { developmentLines } from './development.ts';
import { ignoreFile } from './ignore.ts';
import { arg, blank, expose, healthcheck, label, user } from './instructions.ts';
import { recipes } from './languages.ts';

const head = ['# syntax=docker/dockerfile:1', '# Written by Proxdeck. Context: the folder of the source.'];

/** Labels by the specification of OCI images, annotations. */
const labels = (stack: Stack, { service, plan }: Build): Readonly<Record<string, string>> => {
  const { title, description, home } = stack.extension;
  const source = plan.source ?? stack.extension.sources[0];
  const said = stack.services[service]?.description ?? description;
  return {
    'org.opencontainers.image.title': title ?? service,
    ...(said === undefined ? {} : { 'org.opencontainers.image.description': said }),
    ...(home === undefined ? {} : { 'org.opencontainers.image.url': home }),
    ...(source === undefined ? {} : { 'org.opencontainers.image.source': source }),
    'org.opencontainers.image.version': '$VERSION',
    'org.opencontainers.image.revision': '$REVISION',
  };
};

const healthLines = (stack: Stack, service: string): readonly string[] => {
  const check = stack.services[service]?.health;
  const command = check === undefined ? undefined : healthCommand(check, imageFacts(stack, service)?.tools ?? []);
  return check === undefined || command === undefined ? [] : [healthcheck({ ...check, command })];
};

const production = (stack: Stack, build: Build): string => {
  const { plan, service } = build;
  const names = baseImages(plan);
  const bases = { build: pinned(names.build, stack.digests), run: pinned(names.run, stack.digests) };
  const recipe = recipes[plan.kind](plan, bases);
  const port = plan.port ?? (plan.kind === 'vite' ? 8080 : undefined);
  return lines([
    ...head,
    arg('VERSION', stack.extension.version),
    blank,
    ...recipe.stages,
    arg('VERSION'),
    arg('REVISION', 'unknown'),
    label(labels(stack, build)),
    ...recipe.content,
    user(builtUser[plan.kind]),
    ...(port === undefined ? [] : [expose(port)]),
    ...healthLines(stack, service),
    recipe.start,
  ]);
};

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

const filesOf = (stack: Stack, build: Build): readonly Artifact[] => {
  const { plan, service } = build;
  const base = pinned(baseImages(plan).build, stack.digests);
  const development = developmentLines(plan, base, sourceFolder(stack, service));
  const file = (name: string, content: string): Artifact => ({ path: `${service}/${name}`, content, mode: 0o644 });
  const withIgnore = (name: string, content: string): readonly Artifact[] => [
    file(name, content),
    file(`${name}.dockerignore`, ignoreFile(plan)),
  ];
  return [
    ...withIgnore('Dockerfile', production(stack, build)),
    ...(development === undefined ? [] : withIgnore('Dockerfile.dev', lines([...head, blank, ...development]))),
  ];
};

/**
 * A Dockerfile for every image that is built by `x-proxdeck.dockerfile`, once for all services that run it, with the file of what is
 * left out of the context, and a variant to write it in. A service with a Dockerfile of its own keeps that.
 */
export const dockerfile: Generator = (stack) => ({
  artifacts: builds(stack).flatMap((build) => filesOf(stack, build)),
  losses: Object.entries(stack.project.services).flatMap(([name, { build }]) =>
    build !== undefined && stack.services[name]?.dockerfile === undefined
      ? [
          {
            path: `services.${name}.build`,
            message: `Its own Dockerfile (${build.dockerfile ?? 'Dockerfile'}) is taken as it is; nothing in it is checked or hardened.`,
          },
        ]
      : [],
  ),
});
