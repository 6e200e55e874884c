import { readFile } from 'node:fs/promises';

const importOfChildProcess = /import \{ ?execFileSync ?\} from 'node:child_process';/;
const lateExecFileSync =
  "const execFileSync = (...args) => process.getBuiltinModule('node:child_process').execFileSync(...args);";

/** terminal-size starts a program only where a terminal does not tell its size: child processes are loaded then (5 ms). */
export const lateChildProcess = {
  name: 'late-child-process',
  setup(build) {
    build.onLoad({ filter: /[\\/]terminal-size[\\/]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!importOfChildProcess.test(source)) throw new Error(`${path} changed; its shim must be written anew`);
      return { contents: source.replace(importOfChildProcess, lateExecFileSync) };
    });
  },
};

const name = String.raw`[\w$]+`;
const clause = String.raw`(?:\*\s*as\s+${name}|(?:${name})?\s*,?\s*(?:\{[^}]*\})?)`;
const importStatement = new RegExp(String.raw`(?<=^|[;}\s])import\s*(${clause})\s*from\s*"(node:[^"]+)";`, 'gm');

/** `x as y` of an import is `x: y` of a destructuring. */
const bindings = (braces) => braces.replaceAll(new RegExp(String.raw`(${name})\s+as\s+(${name})`, 'g'), '$1:$2');

/** The declarations that stand for one import of a builtin. */
const declarations = (imported, module) => {
  const source = `globalThis.process.getBuiltinModule(${JSON.stringify(module)})`;
  const namespace = new RegExp(String.raw`^\*\s*as\s+(${name})$`).exec(imported);
  if (namespace) return `const ${namespace[1]}=${source};`;
  const [, whole, braces] = new RegExp(String.raw`^(${name})?\s*,?\s*(\{[^}]*\})?$`).exec(imported) ?? [];
  return (whole ? `const ${whole}=${source};` : '') + (braces ? `const${bindings(braces)}=${source};` : '');
};

/**
 * Takes what is inside Node by `process.getBuiltinModule` instead of `import`, in the text of an output.
 * An import of `node:util` reads every export of it, and so loads all that is behind lazy getters; for what the first frame
 * imports that takes 15 ms. Lines stay where they are, for the source map.
 */
export const plainBuiltins = (text) =>
  text.replaceAll(importStatement, (_statement, imported, module) => declarations(imported.trim(), module));

/** CommonJS packages in an ES module call require() for what is inside Node. */
export const requireBanner =
  "const require=globalThis.process.getBuiltinModule('node:module').createRequire(import.meta.url);";
