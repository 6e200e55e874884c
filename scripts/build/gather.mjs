import { readFile } from 'node:fs/promises';
import path from 'node:path';

const fullScreen = /[\\/](?:screens|src[\\/](?:ui|faces[\\/]tui))[\\/].*\.tsx?$/;

/**
 * Keeps what the first frame needs in few files. esbuild makes a chunk of each set of modules that the same entries reach, and every
 * late part of the full screen is an entry: fifty screens and tabs that share this and that cut the start into fifty files, which
 * costs 15 ms. A late part that imports the start, which is loaded before it anyway, reaches all of it: so it stays in one piece.
 */
export const gatherStart = (start) => ({
  name: 'gather-start',
  setup(build) {
    const late = new Set();
    build.onResolve({ filter: /^\.{1,2}\// }, ({ kind, path: specifier, importer, resolveDir }) => {
      const file = path.join(resolveDir, specifier);
      if (kind === 'dynamic-import' && fullScreen.test(importer) && fullScreen.test(file) && file !== start)
        late.add(file);
      return undefined;
    });
    build.onLoad({ filter: fullScreen }, async ({ path: file }) => {
      if (!late.has(file)) return undefined;
      const source = await readFile(file, 'utf8');
      return { contents: `${source}\nimport ${JSON.stringify(start)};\n`, loader: file.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
});
