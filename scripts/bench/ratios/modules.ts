import { readFileSync } from 'node:fs';
import * as z from 'zod';

const output = z.object({
  bytes: z.number(),
  entryPoint: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()),
  imports: z.array(z.object({ path: z.string(), kind: z.string(), external: z.boolean().optional() })),
});
const metafile = z.object({ outputs: z.record(z.string(), output) });
type Outputs = z.output<typeof metafile>['outputs'];

/** Entries that are loaded before the first frame of the full screen, one after the other. */
const beforeFirstFrame = ['src/main.ts', 'src/faces/tui/start.ts'];

/** The output of an entry and all that it imports statically. */
const closureOf = (outputs: Outputs, file: string, seen: Set<string>): void => {
  if (seen.has(file)) return;
  seen.add(file);
  for (const { path, kind, external } of outputs[file]?.imports ?? [])
    if (kind === 'import-statement' && external !== true) closureOf(outputs, path, seen);
};

/** Modules and bytes that are read before the first frame, from the metafile of the build (`dist/meta.json`). Throws when an entry is gone. */
export const modulesBeforeFirstFrame = (file: string): Readonly<Record<string, number>> => {
  const { outputs } = metafile.parse(JSON.parse(readFileSync(file, 'utf8')));
  const files = new Set<string>();
  for (const entry of beforeFirstFrame) {
    const found = Object.keys(outputs).find((name) => outputs[name]?.entryPoint === entry);
    if (found === undefined) throw new Error(`${file} has no output of ${entry}`);
    closureOf(outputs, found, files);
  }
  const read = [...files].flatMap((name) => outputs[name] ?? []);
  return {
    'files before the first frame': read.length,
    'modules before the first frame': read.reduce((sum, { inputs }) => sum + Object.keys(inputs).length, 0),
    'bytes of code before the first frame': read.reduce((sum, { bytes }) => sum + bytes, 0),
  };
};
