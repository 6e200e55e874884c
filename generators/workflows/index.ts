import type { Loss } from '../../src/models/artifact.ts';
import type { Generator, Stack } from '../../src/models/stack.ts';
import { buildWorkflow } from './build.ts';
import { chartWorkflow, infrastructureWorkflow } from './checks.ts';
import { builtImages } from './images.ts';

/** The workflow builds for the two kinds of machines that there are runners for. */
const platformLosses = (stack: Stack): readonly Loss[] =>
  Object.entries(stack.project.services).flatMap(([service, { build }]) => {
    const others = (build?.platforms ?? []).filter((platform) => !['linux/amd64', 'linux/arm64'].includes(platform));
    return others.length === 0
      ? []
      : [
          {
            path: `services.${service}.build.platforms`,
            message: `There are no machines for ${others.join(', ')}: it is built for linux/amd64 and linux/arm64.`,
          },
        ];
  });

/** Makes workflows of GitHub Actions: what is built is tried before it is pushed, and what is rendered is judged by gates that can fail. */
export const workflows: Generator = (stack, options) => {
  const images = builtImages(stack);
  return {
    artifacts: [
      ...(images.length === 0 ? [] : [buildWorkflow(stack, images)]),
      chartWorkflow(stack, options),
      infrastructureWorkflow(stack, options),
    ],
    losses: platformLosses(stack),
  };
};
