import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';

const importOfChildProcess = /import \{ ?execFileSync ?\} from 'node:child_process';/;
const lateExecFileSync =
  "const execFileSync = (...args) => process.getBuiltinModule('node:child_process').execFileSync(...args);";

/**
 * What is inside Node is taken by `process.getBuiltinModule` instead of `import`: an import of `node:util` reads every
 * export of it, and so loads all that is behind lazy getters; for what the first frame imports that takes 15 ms.
 *
 * terminal-size starts a program only where a terminal does not tell its size: child processes are loaded then (5 ms).
 */
export const plainBuiltins = {
  name: 'plain-builtins',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
      isBuiltin(path)
        ? { path: path.replace(/^(node:)?/, 'node:'), namespace: 'builtin', sideEffects: false }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
    build.onLoad({ filter: /[\\/]terminal-size[\\/]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!importOfChildProcess.test(source)) throw new Error(`${path} changed; its shim must be written anew`);
      return { contents: source.replace(importOfChildProcess, lateExecFileSync) };
    });
  },
};
