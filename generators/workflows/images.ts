import type { Stack } from '../../src/models/stack.ts';
import { builds } from '../shared/builds.ts';
import { imageName, imageOf } from '../shared/images.ts';

/** An image that is built and pushed. */
export interface BuiltImage {
  /** Letters and `-`: for identifiers of steps and names of files. */
  readonly id: string;
  /** With tag, as the Compose file names it. */
  readonly image: string;
  /** Without tag and digest. */
  readonly repository: string;
  readonly registry: string;
  /** Below the workspace. */
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string | undefined;
}

const below = (folder: string, path: string): string =>
  path === '.' ? folder : `${folder}/${path.replace(/^\.\//, '')}`.replace(/\/$/, '');

const registryOf = (image: string): string => {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && /[.:]/.test(first) ? first : 'docker.io';
};

/** Returns the images that a stack builds: by a Dockerfile of ours or by one that lies beside its source. */
export const builtImages = (stack: Stack): readonly BuiltImage[] => {
  const folder = `stacks/${stack.name}`;
  const ours = builds(stack).map(({ service, image, context }) => ({
    service,
    image,
    context: below(folder, context),
    dockerfile: `rendered/${stack.name}/dockerfile/${service}/Dockerfile`,
    target: undefined,
  }));
  const own = Object.entries(stack.project.services).flatMap(([service, { build }]) => {
    if (build === undefined || stack.services[service]?.dockerfile !== undefined) return [];
    const context = below(folder, build.context ?? '.');
    return [
      {
        service,
        image: imageOf(stack, service),
        context,
        dockerfile: below(context, build.dockerfile ?? 'Dockerfile'),
        target: build.target,
      },
    ];
  });
  const all = [...ours, ...own].map(({ service, ...built }) => ({
    ...built,
    id: service,
    repository: imageName(built.image).repository,
    registry: registryOf(built.image),
  }));
  return [...new Map(all.map((built) => [built.image, built])).values()];
};
