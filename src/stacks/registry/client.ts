import * as z from 'zod';
import { ProxdeckError } from '../../models/error.ts';
import { parseReference, type ImageReference } from './reference.ts';

/** Asks registries which image a tag is (distribution specification 1.1; token authentication of Docker's registry). */

/** What a manifest may be; without these a registry answers with the oldest form, which has another digest. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const timeoutMs = 15_000;

const tokenAnswer = z.looseObject({ token: z.string().exactOptional(), access_token: z.string().exactOptional() });

/** As Docker does: a registry on this machine may speak without TLS. */
const schemeOf = (registry: string): string =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(registry) ? 'http' : 'https';

const whyOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
};

/** One request. Throws `cancelled`, `timeout` or `unreachable`. */
const ask = async (url: URL, init: RequestInit, signal: AbortSignal): Promise<Response> => {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(url, { ...init, signal: AbortSignal.any([signal, limit]) });
  } catch (cause) {
    if (signal.aborted) throw new ProxdeckError('cancelled', 'Asking the registry was stopped.', { cause });
    if (limit.aborted)
      throw new ProxdeckError('timeout', `${url.host} did not answer within ${String(timeoutMs / 1_000)} s.`, {
        hint: 'Try again, or look at the network of this machine.',
        cause,
      });
    throw new ProxdeckError('unreachable', `The registry ${url.host} cannot be reached: ${whyOf(cause)}.`, {
      hint: 'Look at the name of the image and at the network of this machine.',
      cause,
    });
  }
};

/** `Bearer realm="https://…",service="…",scope="…"` (RFC 6750, RFC 9110 §11.6.1) */
const challengeOf = (header: string | null): Readonly<Record<string, string>> | undefined => {
  if (header === null || !/^bearer\s/i.test(header)) return undefined;
  return Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]));
};

/** Gets a token for somebody without a name. Throws `auth` where the registry gives none. */
const tokenFor = async (
  { registry, repository }: ImageReference,
  header: string | null,
  signal: AbortSignal,
): Promise<string> => {
  const refused = new ProxdeckError('auth', `${registry} wants a login for ${repository}.`, {
    hint: 'Proxdeck asks without one. Write the digest into the Compose file instead: IMAGE:TAG@sha256:…',
  });
  const { realm, service, scope = `repository:${repository}:pull` } = challengeOf(header) ?? {};
  const url = realm === undefined ? null : URL.parse(realm);
  if (url === null) throw refused;
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  const answer = await ask(url, {}, signal);
  const body = answer.ok ? tokenAnswer.safeParse(await answer.json().catch(() => undefined)) : undefined;
  const token = body?.data?.token ?? body?.data?.access_token;
  if (token === undefined) throw refused;
  return token;
};

/** Throws what an answer that is none means. */
const refuse = (image: string, { registry, repository, tag }: ImageReference, status: number): never => {
  if (status === 404)
    throw new ProxdeckError('not-found', `${registry} has no ${repository}:${tag}.`, {
      hint: `Look at the name: the Compose file says ${image}.`,
    });
  if (status === 429)
    throw new ProxdeckError('server', `${registry} was asked too often from here.`, { hint: 'Try again in an hour.' });
  if (status === 401 || status === 403)
    throw new ProxdeckError('auth', `${registry} does not show ${repository}:${tag} to somebody without a login.`, {
      hint: 'Is it private, or misspelt? Write the digest into the Compose file instead: IMAGE:TAG@sha256:…',
    });
  throw new ProxdeckError('server', `${registry} answered ${String(status)} when asked for ${repository}:${tag}.`, {
    hint: 'Try again later.',
  });
};

/**
 * Returns the digest that a tag has now: `sha256:…`. Throws `usage`, `not-found`, `auth`, `unreachable`, `timeout`, `server` and
 * `cancelled`.
 */
export const digestOf = async (image: string, signal: AbortSignal): Promise<string> => {
  const reference = parseReference(image);
  if (reference.digest !== undefined) return reference.digest;
  const { registry, repository, tag } = reference;
  const url = new URL(`${schemeOf(registry)}://${registry}/v2/${repository}/manifests/${tag}`);
  const head = (headers: Readonly<Record<string, string>>): Promise<Response> =>
    ask(url, { method: 'HEAD', headers: { accept: manifestTypes, ...headers } }, signal);
  let answer = await head({});
  if (answer.status === 401) {
    const token = await tokenFor(reference, answer.headers.get('www-authenticate'), signal);
    answer = await head({ authorization: `Bearer ${token}` });
  }
  if (!answer.ok) return refuse(image, reference, answer.status);
  const digest = answer.headers.get('docker-content-digest') ?? '';
  if (!/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new ProxdeckError('server', `${registry} does not tell the digest of ${repository}:${tag}.`, {
      hint: 'It may be a cache or a proxy that is no registry.',
    });
  return digest;
};
