import type { ComposeMount, ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { dockerfileFolder } from '../shared/builds.ts';

/** Where things lie, seen from `rendered/<stack>/compose/`. */

/** Where a folder of the stack lies. */
const fromRendered = (stack: Stack, path: string): string => {
  if (!path.startsWith('.')) return path;
  const below = path.replace(/^\.\/?/, '');
  return `../../../stacks/${stack.name}${below === '' ? '' : `/${below}`}`;
};

/** The texts that lie at a path of the stack or below it. */
export const filesAt = (stack: Stack, path: string | undefined): readonly string[] => {
  if (path?.startsWith('./') !== true) return [];
  const name = path.slice(2).replace(/\/$/, '');
  return Object.keys(stack.files).filter((file) => file === name || file.startsWith(`${name}/`));
};

/** Where the Dockerfile that is made for a service is seen from the context, since Compose looks there. */
const dockerfileFrom = (stack: Stack, context: string, folder: string, file: string): string => {
  const steps = context.split('/').slice('../../..'.split('/').length);
  return `${steps.map(() => '..').join('/')}/rendered/${stack.name}/dockerfile/${folder}/${file}`;
};

/** Returns how a service is built: from its source in the workspace, by the Dockerfile that is made for it, or its own. */
export const buildOf = (stack: Stack, name: string, dockerfile: string): ComposeService['build'] => {
  const { build } = stack.project.services[name] ?? {};
  if (build === undefined) return undefined;
  const context = fromRendered(stack, build.context ?? '.');
  const folder = dockerfileFolder(stack, name);
  // A context that is a repository somewhere cannot see what lies here.
  return folder === undefined || !context.startsWith('../')
    ? { ...build, context }
    : { ...build, context, dockerfile: dockerfileFrom(stack, context, folder, dockerfile) };
};

/** Returns the mounts; folders that only development mounts are sources in the workspace. */
export const mountsOf = (stack: Stack, name: string, service: ComposeService): readonly ComposeMount[] => {
  const usual = stack.project.services[name]?.volumes ?? [];
  const isUsual = ({ source, target }: ComposeMount): boolean =>
    usual.some((other) => other.source === source && other.target === target);
  return (service.volumes ?? []).map((mount) => {
    const isSource = mount.type === 'bind' && !isUsual(mount) && filesAt(stack, mount.source).length === 0;
    return isSource && mount.source !== undefined ? { ...mount, source: fromRendered(stack, mount.source) } : mount;
  });
};
