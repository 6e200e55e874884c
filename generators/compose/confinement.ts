import type { ComposeMount, ComposeService } from '../../src/models/compose.ts';
import type { ImageFacts } from '../shared/images.ts';
import type { ServiceExtension } from '../../src/models/stack.ts';
import { told, type Step } from './step.ts';

/** What a container may do on the machine: its user, its capabilities, what it may write. */

const merged = (...lists: readonly (readonly string[] | undefined)[]): readonly string[] => [
  ...new Set(lists.flatMap((list) => list ?? [])),
];
const isRoot = (user: string | undefined): boolean => user !== undefined && /^(root|0)(:|$)/.test(user);

/** Drops every capability, keeps it from gaining new ones, and starts it as a user of its own where the image has one. */
export const privileges: Step = (service, place) => {
  const { extension, facts } = place;
  if (service.privileged === true)
    return {
      service,
      losses: [
        told(place, 'privileged', 'It stays privileged, as root on the machine: nothing of it can be confined.'),
      ],
    };
  const user = service.user ?? facts?.user;
  const needed = isRoot(service.user) ? [] : (facts?.capabilities ?? []);
  const capabilities = merged(service.cap_add, extension.capabilities, needed);
  const isUnknown = facts === undefined && user === undefined && capabilities.length === 0;
  return {
    service: {
      ...service,
      ...(user === undefined ? {} : { user }),
      cap_drop: ['ALL'],
      ...(capabilities.length > 0 ? { cap_add: capabilities } : {}),
      security_opt: merged(service.security_opt, ['no-new-privileges:true']),
    },
    losses: isUnknown
      ? [
          told(
            place,
            'cap_drop',
            'Every capability is dropped, and what this image needs is not known; if it starts as root and steps down, name what it needs in `x-proxdeck.capabilities`, or a `user`.',
          ),
        ]
      : [],
  };
};

const pathOf = (entry: string): string => entry.split(':')[0] ?? entry;
const covers = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`);
const mountsOf = (service: ComposeService): readonly string[] =>
  (service.volumes ?? []).flatMap(({ target }) => (target === undefined ? [] : [target]));

/** Whether it is known well enough what it writes: then the rest can be read-only. */
const isKnown = (extension: ServiceExtension, facts: ImageFacts | undefined, service: ComposeService): boolean =>
  facts !== undefined || extension.scratch.length > 0 || service.read_only === true;

/** Makes the root file system read-only, and what is written beside the volumes memory. */
export const fileSystem: Step = (service, place) => {
  const { extension, facts } = place;
  if (extension.writesRoot !== undefined)
    return {
      service,
      losses: [told(place, 'read_only', `Its root file system stays writable: ${extension.writesRoot}.`)],
    };
  if (service.privileged === true) return { service, losses: [] };
  if (!isKnown(extension, facts, service))
    return {
      service,
      losses: [
        told(
          place,
          'read_only',
          'What this image writes is not known, so its root file system stays writable; name the paths in `x-proxdeck.scratch`.',
        ),
      ],
    };
  const kept = service.tmpfs ?? [];
  const taken = [...kept.map(pathOf), ...mountsOf(service)];
  const scratch = merged(['/tmp'], facts?.scratch, extension.scratch)
    .filter((path) => !taken.some((folder) => covers(folder, path)))
    .map((path) => `${path}:mode=1777,size=64m`);
  return { service: { ...service, read_only: true, tmpfs: [...kept, ...scratch] }, losses: [] };
};

const isSocket = ({ type, source }: ComposeMount): boolean =>
  type === 'bind' && /\/(docker|podman|containerd)\.sock$/.test(source ?? '');

/** Tells of mounts that open the machine, and of folders whose owner has to be right. */
export const mounts: Step = (service, place) => {
  const { facts } = place;
  const losses = (service.volumes ?? []).flatMap((mount, index) => {
    const key = `volumes.${index}`;
    if (isSocket(mount))
      return [
        told(
          place,
          key,
          'The socket of the container engine makes this container root on the machine; `:ro` does not change that. It stays as it is: better none, or a proxy that lets through what is needed.',
        ),
      ];
    const isData =
      mount.type === 'bind' && mount.read_only !== true && facts?.data.includes(mount.target ?? '') === true;
    return isData && facts?.user !== undefined
      ? [told(place, key, `The folder ${mount.source ?? ''} must belong to ${facts.user}, or it cannot be written.`)]
      : [];
  });
  return { service, losses };
};

const secretName = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)$/i;

/** Tells of a secret that stands in the environment in clear: it is written down as the stack says it. */
export const clearSecrets: Step = (service, place) => {
  const live = place.stack.environment[place.name] ?? {};
  const isClear = (variable: string): boolean => {
    const parts = live[variable] ?? [];
    return parts.length > 0 && parts.every((part) => typeof part === 'string') && parts.join('') !== '';
  };
  const variables = Object.keys(service.environment ?? {}).filter(
    (variable) => secretName.test(variable) && isClear(variable),
  );
  return {
    service,
    losses: variables.map((variable) =>
      told(
        place,
        `environment.${variable}`,
        'A secret in clear, and everybody who reads this file knows it; make it a sensitive setting or a file of `secrets`.',
      ),
    ),
  };
};
