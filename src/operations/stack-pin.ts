import * as z from 'zod';
import { asProxdeckError } from '../models/error.ts';
import type { Stack } from '../models/stack.ts';
import { loadStack } from '../stacks/load.ts';
import { lockFile, readLock, writeLock, type Digests } from '../stacks/lock.ts';
import { digestOf } from '../stacks/registry/client.ts';
import { openWorkspace, requireStack } from '../workspace/workspace.ts';
import { operation } from './operation.ts';
import { IncompleteError } from './outcome.ts';
import { stackName } from './stack-name.ts';

/** What became of one image. */
interface PinRow {
  readonly image: string;
  /** `moved`: the tag is another image than before. `built`: it is made of the stack's own source and in no registry yet. */
  readonly state: 'pinned' | 'unchanged' | 'moved' | 'built' | 'failed';
  readonly digest?: string;
  readonly problem?: string;
}

/** Images that are pulled, and whether the stack can build them itself. One that names its digest needs no lock. */
const imagesOf = ({ project }: Stack): ReadonlyMap<string, boolean> => {
  const images = new Map<string, boolean>();
  for (const { image, build } of Object.values(project.services))
    if (image !== undefined && !image.includes('@'))
      images.set(image, (images.get(image) ?? true) && build !== undefined);
  return images;
};

const same = (a: Digests, b: Digests): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([image, digest]) => b[image] === digest);

const stateOf = (before: string | undefined, digest: string): PinRow['state'] =>
  before === undefined ? 'pinned' : before === digest ? 'unchanged' : 'moved';

const pin = async (
  image: string,
  isBuilt: boolean,
  before: string | undefined,
  signal: AbortSignal,
): Promise<PinRow> => {
  try {
    const digest = await digestOf(image, signal);
    return { image, state: stateOf(before, digest), digest };
  } catch (thrown) {
    const { code, message } = asProxdeckError(thrown);
    if (code === 'cancelled') throw thrown;
    const kept = before === undefined ? {} : { digest: before };
    const isUnpublished = isBuilt && (code === 'not-found' || code === 'auth');
    return { image, state: isUnpublished ? 'built' : 'failed', ...kept, problem: message };
  }
};

/**
 * Asks the registries which image each tag of a stack is, and keeps the answers in images.lock. What cannot be asked keeps the digest it
 * had. Throws `partial` with what became of each where some failed.
 */
export const pinImages = operation({
  name: 'stack.pin',
  summary: 'Ask the registries for the digests of the images, and keep them in images.lock',
  risk: 'change',
  input: z.object({ name: stackName }),
  columns: [
    { field: 'image', title: 'IMAGE' },
    { field: 'state', title: 'STATE' },
    { field: 'digest', title: 'DIGEST' },
    { field: 'problem', title: 'PROBLEM' },
  ],
  async *run({ place, signal }, _resolved, { name }) {
    const folder = await requireStack(await openWorkspace(place), name);
    const images = imagesOf((await loadStack(folder)).stack);
    const before = await readLock(folder);
    const rows: PinRow[] = [];
    yield { type: 'progress', done: 0, total: images.size, unit: 'items' };
    for (const [image, isBuilt] of images) {
      rows.push(await pin(image, isBuilt, before[image], signal));
      yield { type: 'progress', done: rows.length, total: images.size, unit: 'items' };
      if (/(^[^:]+|:latest)$/.test(image.slice(image.lastIndexOf('/') + 1)))
        yield {
          type: 'warning',
          code: 'latest',
          message: `${image} is whatever is newest: nobody knows what the next pin brings.`,
          hint: 'Name a version as its tag.',
        };
    }
    const digests = Object.fromEntries(
      rows.flatMap(({ image, digest }) => (digest === undefined ? [] : [[image, digest]])),
    );
    if (!same(digests, before)) {
      await writeLock(folder, digests);
      yield { type: 'step', id: 'lock', title: `write ${lockFile(folder)}`, state: 'done' };
    }
    const failed = rows.filter(({ state }) => state === 'failed');
    const [first] = failed;
    if (first === undefined) return rows;
    throw new IncompleteError(
      'partial',
      `${String(failed.length)} of ${String(rows.length)} images could not be pinned: ${first.problem ?? ''}`,
      rows,
      { hint: 'The others are pinned. Correct the names, or try again later.' },
    );
  },
});
