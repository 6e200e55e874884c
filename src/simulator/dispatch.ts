import { holdsAny } from './acl.ts';
import { failure, gapHeader, plain, success } from './answer.ts';
import { mergeParams, PlainFailure } from './body.ts';
import { ApiFailure, badParameters, Bodiless, forbidden } from './handler.ts';
import { checkPermission, checkTokenAllowed } from './permissions.ts';
import { checkParameters } from './validate.ts';
import type { Answer } from './answer.ts';
import type { Authority } from './auth.ts';
import type { Values } from './body.ts';
import type { Clock } from './clock.ts';
import type { ApiCall, Caller, Handler, Routes, Upload } from './handler.ts';
import type { Found, MethodSpec, Schema } from './schema.ts';
import type { TaskEngine } from './tasks.ts';
import type { World } from './world.ts';

/** What every call needs: the state and the machinery around it. */
export interface Machine {
  readonly world: World;
  readonly schema: Schema;
  readonly routes: Routes;
  readonly clock: Clock;
  readonly engine: TaskEngine;
  readonly authority: Authority;
  readonly fingerprint: string;
}

export interface Request {
  readonly method: string;
  readonly format: string;
  /** Decoded, behind `/api2/json`, beginning with a slash. */
  readonly path: string;
  readonly query: Values;
  readonly body: Values;
  readonly upload: Upload | undefined;
  /** Undefined for the few calls that need nobody. */
  readonly caller: Caller | undefined;
}

/** Stands for whoever calls without a ticket; holds nothing. */
const nobody: Caller = { authid: '', userid: '', root: false };

/** The node that answers: the first one alive. */
export const localNodeOf = (world: World): string => {
  const nodes = [...world.nodes.values()];
  return (nodes.find((node) => node.online) ?? nodes[0])?.name ?? 'localhost';
};

const notImplemented = (method: string, path: string): never => {
  throw new ApiFailure(501, `Method '${method} ${path === '/' ? '' : path}' not implemented`);
};

/** Where a call is proxied to must exist and be alive (contract §5.2: 595). */
const checkProxy = (world: World, spec: MethodSpec, params: Values): void => {
  if (spec.proxyto === undefined) return;
  const name = String(params[spec.proxyto] ?? '');
  const node = world.nodes.get(name);
  if (node === undefined)
    throw new ApiFailure(
      500,
      `hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known`,
    );
  if (!node.online) throw new Bodiless(595, 'No route to host');
};

const callFor = (machine: Machine, request: Request, found: Found, params: ApiCall['params']): ApiCall => {
  const { world, clock, engine } = machine;
  const caller = request.caller ?? nobody;
  const may = (path: string, ...anyOf: string[]): boolean => holdsAny(world, caller.authid, path, anyOf);
  return {
    method: request.method,
    template: found.template,
    path: request.path,
    params,
    caller,
    world,
    now: () => clock.now(),
    may,
    require: (path, ...anyOf) => {
      if (!may(path, ...anyOf)) forbidden(`${path}, ${anyOf.join('|')}`);
    },
    fork: (node, type, id, work) => engine.fork(caller.authid, node, type, id, work),
    siblings: {},
    localNode: localNodeOf(world),
    fingerprint: machine.fingerprint,
    upload: request.upload,
  };
};

const gap = (method: string, template: string): Answer => ({
  ...failure(
    'json',
    new ApiFailure(
      501,
      `Proxdeck's simulator does not answer '${method} ${template}' yet: this is a gap of the simulator, not of Proxmox VE`,
    ),
  ),
  headers: { [gapHeader]: '1' },
});

/** The order of PVE::HTTPServer::rest_handler: find, duplicates, token, permission, proxy, parameters, code (contract §4.6). */
const answer = async (machine: Machine, request: Request): Promise<Answer> => {
  const { schema, world } = machine;
  const found = schema.find(request.path);
  const spec = found?.methods[request.method];
  if (found === undefined || spec === undefined) return notImplemented(request.method, request.path);
  const raw = mergeParams(found.pathParams, request.query, request.body);
  const caller = request.caller ?? nobody;
  checkTokenAllowed(spec, caller, request.path);
  if (raw['node'] === 'localhost') raw['node'] = localNodeOf(world);
  checkPermission(spec, { world, caller, params: raw });
  checkProxy(world, spec, raw);
  const checked = checkParameters(spec.params, raw, request.method === 'GET');
  if ('fields' in checked) return badParameters(checked.fields);
  const handler: Handler | undefined = machine.routes[`${request.method} ${found.template}`];
  if (handler === undefined) return gap(request.method, found.template);
  const call = callFor(machine, request, found, checked.params);
  const data = await handler(call);
  return success(request.format, data, call.siblings);
};

/** Answers one API call. Refusals become answers; Bodiless is for the transport. */
export const dispatch = async (machine: Machine, request: Request): Promise<Answer> => {
  try {
    return await answer(machine, request);
  } catch (thrown) {
    if (thrown instanceof PlainFailure) return plain(thrown.status, thrown.message);
    if (thrown instanceof ApiFailure) return failure(request.format, thrown);
    throw thrown;
  }
};
