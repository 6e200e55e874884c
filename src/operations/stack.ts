import path from 'node:path';
import * as z from 'zod';
import type { ComposeService } from '../models/compose.ts';
import { asProxdeckError } from '../models/error.ts';
import type { Stack } from '../models/stack.ts';
import { composeFileOf, loadStack } from '../stacks/load.ts';
import { toldAt } from '../stacks/places.ts';
import { readManifest } from '../workspace/rendered.ts';
import { misnamedStacks, openWorkspace, stackFolder, stackNames, type Workspace } from '../workspace/workspace.ts';
import { operation } from './operation.ts';
import { stackName } from './stack-name.ts';
import { renderStack } from './stack-rendering.ts';
import { warningsOf } from './workspace-warnings.ts';

/** A stack as it is listed. What is broken stands there with what is wrong with it. */
interface StackRow {
  readonly name: string;
  readonly title?: string;
  readonly services?: number;
  readonly routes?: number;
  readonly settings?: number;
  readonly secrets?: number;
  /** Generators whose files are there. */
  readonly rendered: readonly string[];
  readonly problem?: string;
  /** What one edits to change it, and the line of its problem: absolute, from 1. */
  readonly file: string;
  readonly line?: number;
}

/** Names of what is kept encrypted: the secrets of the Compose file, and settings that are sensitive. */
const secretNamesOf = ({ project, extension }: Stack): readonly string[] => {
  const sensitive = Object.entries(extension.settings).flatMap(([name, setting]) => (setting.sensitive ? [name] : []));
  return [...new Set([...Object.keys(project.secrets ?? {}), ...sensitive])].toSorted();
};

const openSettingsOf = ({ extension }: Stack) =>
  Object.entries(extension.settings).filter(([, { sensitive }]) => !sensitive);

/** What is told of a stack that cannot be read. */
const problemOf = (folder: string, file: string, thrown: unknown): Pick<StackRow, 'problem' | 'file' | 'line'> => {
  const { message: problem } = asProxdeckError(thrown);
  const { file: at = file, line } = toldAt(folder, problem);
  return { problem, file: at, ...(line !== undefined && { line }) };
};

const rowOf = async (workspace: Workspace, name: string): Promise<StackRow> => {
  const folder = stackFolder(workspace, name);
  const file = path.join(folder, composeFileOf(folder) ?? 'compose.yaml');
  let rendered: readonly string[] = [];
  try {
    const manifest = await readManifest(workspace.folder, name);
    rendered = [...new Set([...manifest.keys()].map((one) => one.slice(0, one.indexOf('/'))))];
    const { stack } = await loadStack(folder);
    const { title, routes } = stack.extension;
    return {
      name,
      ...(title !== undefined && { title }),
      services: Object.keys(stack.project.services).length,
      routes: routes.length,
      settings: openSettingsOf(stack).length,
      secrets: secretNamesOf(stack).length,
      rendered,
      file,
    };
  } catch (thrown) {
    return { name, rendered, ...problemOf(folder, file, thrown) };
  }
};

/** Lists the stacks of the workspace; one that cannot be loaded is listed with what is wrong with it. */
export const listStacks = operation({
  name: 'stack.list',
  summary: 'List the stacks of the workspace',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'name', title: 'NAME' },
    { field: 'title', title: 'TITLE' },
    { field: 'services', title: 'SERVICES' },
    { field: 'routes', title: 'ROUTES' },
    { field: 'settings', title: 'SETTINGS' },
    { field: 'secrets', title: 'SECRETS' },
    { field: 'rendered', title: 'RENDERED' },
    { field: 'problem', title: 'PROBLEM' },
  ],
  async *run({ place }) {
    const workspace = await openWorkspace(place);
    const misnamed = await misnamedStacks(workspace);
    yield* warningsOf([
      ...workspace.warnings,
      ...misnamed.map((name) => `stacks/${name} is no stack: its name may have small letters, digits and dashes only.`),
    ]);
    const rows: StackRow[] = [];
    for (const name of await stackNames(workspace)) rows.push(await rowOf(workspace, name));
    return rows;
  },
});

const portText = ({ ports = [] }: ComposeService): readonly string[] =>
  ports.map(({ published, target, protocol = 'tcp' }) =>
    [published, `${String(target)}${protocol === 'tcp' ? '' : `/${protocol}`}`].filter(Boolean).join(':'),
  );

const servicesOf = ({ project, services }: Stack) =>
  Object.entries(project.services).map(([name, service]) => ({
    name,
    image: service.image ?? (service.build === undefined ? undefined : 'built'),
    ports: portText(service),
    needs: Object.keys(service.depends_on ?? {}),
    description: services[name]?.description,
  }));

const routesOf = ({ extension }: Stack) =>
  extension.routes.map(({ service, port, host = '*', path, tls, websocket }) => ({
    route: `${host}${path}`,
    service,
    port,
    tls: tls.provider === undefined ? tls.by : `${tls.by} by ${tls.provider}`,
    websocket,
  }));

/** Where a secret comes from and what it is for; never its value. */
const secretsOf = (stack: Stack) =>
  secretNamesOf(stack).map((name) => {
    const { description, generate } = stack.extension.settings[name] ?? stack.extension.secrets[name] ?? {};
    return { name, made: generate === undefined ? 'given' : `generated, ${generate.kind}`, description };
  });

/** Shows one stack: services, routes, settings, secrets by name, files, and what each way of running it cannot carry. */
export const showStack = operation({
  name: 'stack.show',
  summary: 'Show a stack: services, routes, settings, secrets by name, files, losses',
  risk: 'read',
  input: z.object({ name: stackName }),
  async *run(context, _resolved, { name }) {
    const { workspace, stack, renderings, warnings } = await renderStack(context, name);
    yield* warningsOf([...workspace.warnings, ...warnings]);
    const { title, description, version } = stack.extension;
    return {
      name,
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      version,
      folder: stackFolder(workspace, name),
      services: servicesOf(stack),
      routes: routesOf(stack),
      settings: openSettingsOf(stack).map(([setting, { type, required, default: usual, description: about }]) => ({
        name: setting,
        type,
        required,
        default: usual,
        description: about,
      })),
      secrets: secretsOf(stack),
      volumes: Object.keys(stack.project.volumes ?? {}),
      files: Object.keys(stack.files),
      generators: renderings.map(({ generator, artifacts, losses }) => ({
        name: generator,
        files: artifacts.length,
        losses: losses.length,
      })),
    };
  },
});
