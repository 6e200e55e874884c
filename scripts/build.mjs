// Builds the program into dist/. With --if-stale only when a source is newer; with --watch again at each change.
//
//   dist/main.js         turns on the compile cache, then imports the program
//   dist/proxdeck-*.js   the program; its chunks are loaded when needed
//   dist/compiled/       the same as V8 compiled it
//   dist/meta.json       which module went into which chunk (esbuild's metafile)
//
// assets/ is not copied: it lies beside dist/, as it lies beside src/.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, context } from 'esbuild';
import { lateChildProcess, plainBuiltins, requireBanner } from './build/builtins.mjs';
import { refuseUndici, withoutProxmoxEngine } from './build/engine.mjs';
import { isStale } from './build/freshness.mjs';
import { gatherStart } from './build/gather.mjs';
import { inkShims, noDevtools } from './ink-shims/plugins.ts';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const { values: flags } = parseArgs({ options: { 'if-stale': { type: 'boolean' }, watch: { type: 'boolean' } } });

/**
 * The entry. Compiled code is kept beside the program, where the build has put it; for another user, who may not write there,
 * in a cache folder of his own.
 */
const entryText = (program) => `#!/usr/bin/env node
const { constants, enableCompileCache } = process.getBuiltinModule('node:module');
const path = process.getBuiltinModule('node:path');

const { status } = enableCompileCache(path.join(import.meta.dirname, 'compiled'));
if (status === constants.compileCacheStatus.FAILED) {
  const { XDG_CACHE_HOME: cacheHome = '' } = process.env;
  const cache = path.isAbsolute(cacheHome) ? cacheHome : path.join(process.getBuiltinModule('node:os').homedir(), '.cache');
  enableCompileCache(path.join(cache, 'proxdeck', 'compiled'));
}
await import('./${program}');
`;

/** Writes the outputs, the entry last, and only then removes those of the build before: dist/ works at any moment. */
function install({ outputFiles, metafile }) {
  refuseUndici(metafile);
  mkdirSync(dist, { recursive: true });
  for (const { path: file, text } of outputFiles)
    writeFileSync(file, file.endsWith('.js') ? plainBuiltins(text) : text);
  const program = Object.keys(metafile.outputs).find((file) => metafile.outputs[file].entryPoint === 'src/main.ts');
  writeFileSync(path.join(dist, 'meta.json'), JSON.stringify(metafile));
  const draft = path.join(dist, `main.js.${process.pid}`);
  writeFileSync(draft, entryText(path.basename(program)));
  renameSync(draft, path.join(dist, 'main.js'));
  const current = new Set(['main.js', 'meta.json', ...outputFiles.map((output) => path.basename(output.path))]);
  for (const file of readdirSync(dist))
    if (!current.has(file)) rmSync(path.join(dist, file), { force: true, recursive: true });
}

/** The first start of all takes a seventh less time when its code is compiled already. */
const compile = () =>
  execFileSync(process.execPath, ['--disable-wasm-trap-handler', 'scripts/build/compile.mjs', dist], {
    cwd: root,
    stdio: 'inherit',
  });

const installing = {
  name: 'install',
  setup({ onEnd }) {
    onEnd((result) => {
      if (result.errors.length === 0) install(result);
    });
  },
};

const options = {
  absWorkingDir: root,
  entryPoints: { proxdeck: 'src/main.ts' },
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  jsx: 'automatic',
  // Half the text to read and decode at each start. Names and short lines stay, so that an error still shows where it was.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  sourcemap: 'linked',
  metafile: true,
  write: false,
  logLevel: 'warning',
  external: ['better-sqlite3'],
  define: {
    'process.env.NODE_ENV': JSON.stringify(process.env.NODE_ENV === 'development' ? 'development' : 'production'),
    'process.env.DEV': '"false"',
  },
  banner: { js: requireBanner },
  plugins: [
    gatherStart(path.join(root, 'src/faces/tui/start.ts')),
    ...inkShims,
    noDevtools,
    withoutProxmoxEngine,
    lateChildProcess,
    installing,
  ],
};

if (flags.watch) await (await context(options)).watch();
else if (!flags['if-stale'] || isStale(root, 'dist/main.js')) {
  await build(options).then(compile, (failure) => {
    // esbuild has printed its errors; one of ours (a plugin, undici in the bundle) it has not.
    if (!(failure.errors?.length > 0)) throw failure;
    process.exitCode = 1;
  });
}
