import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** A module whose default export is a named export of one of ours: Ink and its friends import defaults. */
const withDefault = (name: string, file: string): { contents: string; resolveDir: string } => ({
  contents: `export { ${name} as default } from './${file}';`,
  resolveDir: import.meta.dirname,
});

/** Fails the build when a package changed so that a patch no longer applies. */
function replaceOnce(source: string, pattern: RegExp, replacement: string, file: string): string {
  const parts = source.split(pattern);
  if (parts.length !== 2) throw new Error(`${file}: expected exactly one ${pattern}; the shim must be written anew`);
  return parts.join(replacement);
}

/** Ink's Output that keeps what it read between frames: see output.ts. */
const cachedOutput: Plugin = {
  name: 'ink-output',
  setup(build) {
    build.onLoad({ filter: /[\\/]ink[\\/]build[\\/]output\.js$/ }, () => withDefault('Output', 'output.ts'));
  },
};

/** A string-width that counts and remembers: see string-width.ts, which alone gets the real one. */
const cachedStringWidth: Plugin = {
  name: 'string-width',
  setup(build) {
    build.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      path.dirname(importer) === import.meta.dirname ? undefined : { path: 'string-width', namespace: 'cached' },
    );
    build.onLoad({ filter: /.*/, namespace: 'cached' }, () => withDefault('stringWidth', 'string-width.ts'));
  },
};

/** Ink's cleaning of text, remembered: see sanitize-ansi.ts, which alone gets the real one. */
const cachedSanitizing: Plugin = {
  name: 'sanitize-ansi',
  setup(build) {
    build.onResolve({ filter: /^\.\/sanitize-ansi\.js$/ }, ({ resolveDir }) =>
      /[\\/]ink[\\/]build$/.test(resolveDir) ? { path: 'sanitize-ansi', namespace: 'cached-sanitizing' } : undefined,
    );
    build.onResolve({ filter: /^ink-sanitize-ansi$/ }, () => ({
      path: path.join(path.dirname(fileURLToPath(import.meta.resolve('ink'))), 'sanitize-ansi.js'),
    }));
    build.onLoad({ filter: /.*/, namespace: 'cached-sanitizing' }, () =>
      withDefault('sanitizeAnsi', 'sanitize-ansi.ts'),
    );
  },
};

/** The packages that make an Intl.Segmenter when they are loaded. */
const segmenting = new RegExp(
  String.raw`[\\/](${[
    String.raw`ink[\\/]build[\\/]line-update`,
    String.raw`string-width[\\/]index`,
    String.raw`slice-ansi[\\/]tokenize-ansi`,
    String.raw`wrap-ansi[\\/]index`,
    String.raw`cli-truncate[\\/]index`,
    String.raw`ansi-tokenize[\\/]build[\\/]tokenize`,
  ].join('|')})\.js$`,
);

/** Packages that use what reads the tables of ICU, but only when they must: see late.ts. */
const lateUnicode: Plugin = {
  name: 'late-unicode',
  setup(build) {
    const shim = JSON.stringify(path.join(import.meta.dirname, 'late.ts'));
    build.onLoad({ filter: segmenting, namespace: 'file' }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const segmented = replaceOnce(source, /new Intl\.Segmenter/, 'new LateSegmenter', file);
      const contents = segmented.replaceAll(emojiExpression, 'new LateExpression(() => $&)');
      return { contents: `import { LateExpression, LateSegmenter } from ${shim};\n${contents}` };
    });
  },
};

const emojiExpression = /\/[^\n/]*\\p\{RGI_Emoji\}[^\n/]*\/[a-z]+/g;

const wasmUrl = /"data:application\/octet-stream;base64,[A-Za-z0-9+/=]{1000,}"/;

const yogaEntry = `
import loadYoga from '../binaries/yoga-wasm-base64-esm.js';
import bytes from 'yoga.wasm';
import wrapAssembly from './wrapAssembly.js';
const instantiateWasm = (imports, receive) => {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  receive(instance);
  return instance.exports;
};
export default wrapAssembly(await loadYoga({ instantiateWasm }));
export * from './generated/YGEnums.js';
`;

/**
 * Yoga instantiated from bytes in the bundle. As published it asks `fetch('data:…')`, which starts the whole HTTP
 * client of Node: 28 ms and 18 MB before the first frame.
 */
const yogaWithoutFetch: Plugin = {
  name: 'yoga-without-fetch',
  setup(build) {
    const binaries = /[\\/]yoga-layout[\\/]dist[\\/]binaries[\\/]yoga-wasm-base64-esm\.js$/;
    const emptyUrl = '"data:application/octet-stream;base64,"';
    build.onLoad({ filter: binaries, namespace: 'file' }, async (args) => ({
      contents: replaceOnce(await readFile(args.path, 'utf8'), wasmUrl, emptyUrl, args.path),
    }));
    build.onLoad({ filter: /[\\/]yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/ }, (args) => ({
      contents: yogaEntry,
      resolveDir: path.dirname(args.path),
    }));
    build.onResolve({ filter: /^yoga\.wasm$/ }, (args) => ({
      path: path.join(args.resolveDir, '../binaries/yoga-wasm-base64-esm.js'),
      namespace: 'yoga-wasm',
    }));
    build.onLoad({ filter: /.*/, namespace: 'yoga-wasm' }, async (args) => {
      const [url = ''] = wasmUrl.exec(await readFile(args.path, 'utf8')) ?? [];
      const base64 = url.slice(url.indexOf(',') + 1, -1);
      return { contents: Buffer.from(base64, 'base64'), loader: 'binary' };
    });
  },
};

/** React's devtools stay out: an optional package that Ink asks for when DEV is set in the environment. */
export const noDevtools: Plugin = {
  name: 'no-devtools',
  setup(build) {
    build.onLoad({ filter: /[\\/]ink[\\/]build[\\/]devtools\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

/** The bundle-time patches that halve the cost of a frame. The program runs on stock Ink too, only slower. */
export const inkShims: readonly Plugin[] = [
  cachedOutput,
  cachedStringWidth,
  cachedSanitizing,
  lateUnicode,
  yogaWithoutFetch,
];
