import type { ComposePort } from '../../src/models/compose.ts';
import { imageName, imageOf, isDatastore, pinned } from '../shared/images.ts';
import { publishedPorts } from '../shared/networks.ts';
import { told, without, type Step } from './step.ts';

/** How a container is started and kept, what it is made of, and where it can be reached. */

/** Names the image by its version and, where it is known, by its digest. */
export const image: Step = (service, place) => {
  const { stack, name } = place;
  const reference = imageOf(stack, name);
  const { tag, digest } = imageName(reference);
  const isFloating = digest === undefined && (tag === undefined || tag === 'latest');
  return {
    service: { ...service, image: pinned(reference, stack.digests) },
    losses: isFloating
      ? [told(place, 'image', `${reference} is whatever was newest when it was pulled; name a version.`)]
      : [],
  };
};

/** Docker's own driver for logs: rotated, compressed, read by `docker logs`. */
const rotated = { driver: 'local', options: { 'max-file': '3', 'max-size': '10m' } } as const;

/** Rotates the logs: without this the machine's disk fills. */
export const logs: Step = (service) => {
  const { driver, options } = service.logging ?? {};
  const isFile = driver === undefined || driver === 'json-file' || driver === 'local';
  if (!isFile) return { service, losses: [] };
  const logging =
    service.logging === undefined
      ? rotated
      : { driver: driver ?? rotated.driver, options: { ...rotated.options, ...options } };
  return { service: { ...service, logging }, losses: [] };
};

/** Says when it starts again, who waits for orphans, and how long it has to end. */
export const life: Step = (service, place) => {
  const { extension, facts, stack, name } = place;
  const isSaid = service.restart !== undefined || service.deploy?.restart_policy !== undefined;
  const restart = extension.once ? 'no' : 'unless-stopped';
  const losses =
    service.container_name === undefined
      ? []
      : [
          told(
            place,
            'container_name',
            `Left out: a fixed name stands in the way of a second container and of other projects; it is reached as ${name} on its networks.`,
          ),
        ];
  return {
    service: {
      ...without(service, 'container_name'),
      ...(isSaid ? {} : { restart }),
      ...(service.init === undefined && facts?.reaps === false ? { init: true } : {}),
      ...(service.stop_grace_period === undefined && isDatastore(stack, name) ? { stop_grace_period: '1m0s' } : {}),
    },
    losses,
  };
};

const exposed = ({ target, protocol }: ComposePort): string =>
  protocol === undefined || protocol === 'tcp' ? `${target}` : `${target}/${protocol}`;

/** Publishes what was asked to be published, and no data. A port without a number on the machine is only exposed. */
export const ports: Step = (service, place) => {
  const open = publishedPorts(place.stack, place.name, service);
  // `ingress` is what is meant where nothing is said.
  const shown = open.map((port) => (port.mode === 'ingress' ? without(port, 'mode') : port));
  const closed = (service.ports ?? []).filter((port) => !open.includes(port));
  if (closed.length === 0)
    return { service: service.ports === undefined ? service : { ...service, ports: shown }, losses: [] };
  const expose = [...new Set([...(service.expose ?? []), ...closed.map(exposed)])];
  return {
    service: {
      ...without(service, 'ports'),
      ...(open.length > 0 ? { ports: shown } : {}),
      ...(service.network_mode === undefined ? { expose } : {}),
    },
    losses: closed.map((port) =>
      told(
        place,
        'ports',
        port.published === undefined
          ? `${port.target} has no port on the machine, and Docker would publish it on a random one of all addresses; it is only exposed.`
          : `${port.published} is not published: this is a data store, and others of its networks reach it as ${place.name}:${port.target}.`,
      ),
    ),
  };
};
