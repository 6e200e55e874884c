import { ProxdeckError } from '../../models/error.ts';

/** A name of an image, taken apart as the distribution library of Docker does (github.com/distribution/reference). */
export interface ImageReference {
  /** Where the registry answers: `registry-1.docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  /** `library/redis` */
  readonly repository: string;
  readonly tag: string;
  /** What it is fixed at already. */
  readonly digest: string | undefined;
}

const dockerHub = 'registry-1.docker.io';

const path = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;

/** The first part is a host where it looks like one; else it is a name on Docker Hub. */
const isHost = (part: string): boolean => part === 'localhost' || /[.:]/.test(part);

/** Takes the name of an image apart. Throws `usage` for what is none. */
export const parseReference = (image: string): ImageReference => {
  const [named = '', digest] = image.split('@');
  const slash = named.indexOf('/');
  const first = slash === -1 ? '' : named.slice(0, slash);
  const host = isHost(first) ? first : undefined;
  const rest = host === undefined ? named : named.slice(slash + 1);
  const colon = rest.lastIndexOf(':');
  const name = colon === -1 ? rest : rest.slice(0, colon);
  const tag = colon === -1 ? 'latest' : rest.slice(colon + 1);
  const isHub = host === undefined || host === 'docker.io' || host === 'index.docker.io';
  const repository = isHub && !name.includes('/') ? `library/${name}` : name;
  if (!path.test(repository) || !tagForm.test(tag) || (digest !== undefined && !digestForm.test(digest)))
    throw new ProxdeckError('usage', `${image} is no name of an image.`, {
      hint: 'It is written as in `redis:8-alpine` or `ghcr.io/owner/name:1.2`.',
    });
  return { registry: isHub ? dockerHub : host, repository, tag, digest };
};
