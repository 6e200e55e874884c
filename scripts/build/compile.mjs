// Compiles the bundle of the folder given, and keeps the compiled code there for every start, the first among them. Run by
// build.mjs with the flags of bin/proxdeck: V8 takes no code that was compiled with others.
import { readdirSync } from 'node:fs';
import { constants, enableCompileCache } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [dist] = process.argv.slice(2);
const { status, message } = enableCompileCache(path.join(dist, 'compiled'));
const { ENABLED, FAILED } = constants.compileCacheStatus;
if (status === FAILED) throw new Error(`the compiled code is not kept: ${message ?? 'no reason given'}`);
// Who builds may have chosen another place (NODE_COMPILE_CACHE) or none (NODE_DISABLE_COMPILE_CACHE): the program obeys it too.
if (status !== ENABLED) process.exit();
// Only the entries run the program; all else only defines.
const isChunk = (file) => file.endsWith('.js') && file !== 'main.js' && !file.startsWith('proxdeck-');
await Promise.all(
  readdirSync(dist)
    .filter(isChunk)
    .map((file) => import(pathToFileURL(path.join(dist, file)).href)),
);
