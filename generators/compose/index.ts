import type { Artifact } from '../../src/models/artifact.ts';
import type { ComposeProject, ComposeService } from '../../src/models/compose.ts';
import type { Generator, Stack } from '../../src/models/stack.ts';
import { imageFacts } from '../shared/images.ts';
import { yamlText } from '../shared/yaml.ts';
import { developed, produced } from './development.ts';
import { environmentExample } from './environmentExample.ts';
import { composeFile, type Made } from './file.ts';
import { filesAt } from './paths.ts';
import { override, overrideText } from './override.ts';
import type { Place } from './step.ts';

const places = (stack: Stack, project: ComposeProject): Readonly<Record<string, Place>> =>
  Object.fromEntries(
    Object.keys(project.services).flatMap((name) => {
      const extension = stack.services[name];
      return extension === undefined ? [] : [[name, { stack, name, extension, facts: imageFacts(stack, name) }]];
    }),
  );

const production = (stack: Stack, adapt: (service: ComposeService) => ComposeService): Made =>
  composeFile({
    stack,
    project: stack.project,
    dockerfile: 'Dockerfile',
    places: places(stack, stack.project),
    adapt,
  });

const development = (stack: Stack): Made => {
  const project = stack.development ?? stack.project;
  return composeFile({
    stack,
    project,
    dockerfile: 'Dockerfile.dev',
    places: places(stack, project),
    adapt: (service, name) => developed(stack, name, service),
  });
};

/** Files that the services mount or are granted go along, as they are. */
const companions = (stack: Stack): readonly Artifact[] => {
  const { services, configs = {} } = stack.project;
  const sources = [
    ...Object.values(configs).map(({ file }) => file),
    ...Object.values(services).flatMap(({ volumes = [] }) => volumes.map(({ source }) => source)),
  ];
  const paths = [...new Set(sources.flatMap((source) => filesAt(stack, source)))].toSorted();
  return paths.map((path) => ({
    path,
    content: stack.files[path] ?? '',
    mode: path.endsWith('.sh') ? 0o755 : 0o644,
  }));
};

const textFile = (path: string, content: string): Artifact => ({ path, content, mode: 0o644 });

const headerOf = {
  'compose.dev.yaml': 'For writing it: docker compose -f compose.yaml -f compose.dev.yaml up --build',
  'compose.prod.yaml':
    'For running it: docker compose -f compose.yaml -f compose.prod.yaml up -d --wait\nImages only, nothing is built there; half of every limit is kept for its service.',
} as const;

/**
 * A hardened Compose file, what production and development say over it, and an example of its settings. Every change is told as a loss.
 */
export const compose: Generator = (stack) => {
  const base = production(stack, (service) => service);
  const header = `${stack.name}: written by Proxdeck from stacks/${stack.name}/compose.yaml.\nStart: docker compose up -d --wait`;
  const artifacts: Artifact[] = [textFile('compose.yaml', yamlText(base.tree, { header }))];
  const over = (path: keyof typeof headerOf, wanted: Made): void => {
    const tree = override(base.tree, wanted.tree);
    if (tree !== undefined) artifacts.push(textFile(path, overrideText(tree, headerOf[path])));
  };
  over('compose.dev.yaml', development(stack));
  over('compose.prod.yaml', production(stack, produced));
  const example = environmentExample(stack);
  if (example !== undefined) artifacts.push(textFile('.env.example', example));
  return { artifacts: [...artifacts, ...companions(stack)], losses: base.losses };
};
