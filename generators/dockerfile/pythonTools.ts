import { copy, env, run } from './instructions.ts';

interface PythonTools {
  readonly manifests: readonly string[];
  readonly prepare: readonly string[];
  readonly install: readonly string[];
  /** After the source is there. */
  readonly finish: readonly string[];
}

const venv = '/opt/venv';
const uvImage = 'ghcr.io/astral-sh/uv:0.9';

/** Returns how a project of Python installs: by uv where it has a lock of it, else by pip. */
export const pythonTools = (given: readonly string[]): PythonTools => {
  const manifests = given.length > 0 ? given : ['requirements.txt'];
  if (manifests.includes('uv.lock')) {
    const cache = ['/root/.cache/uv'];
    return {
      manifests,
      prepare: [
        copy({ from: uvImage, sources: ['/uv'], target: '/usr/local/bin/uv' }),
        env({
          UV_COMPILE_BYTECODE: '1',
          UV_LINK_MODE: 'copy',
          UV_PROJECT_ENVIRONMENT: venv,
          UV_PYTHON_DOWNLOADS: 'never',
        }),
      ],
      install: [run(['uv sync --locked --no-dev --no-install-project'], cache)],
      finish: [run(['uv sync --locked --no-dev --no-editable'], cache)],
    };
  }
  const cache = ['/root/.cache/pip'];
  const lists = manifests.filter((path) => path.endsWith('.txt')).map((path) => `--requirement ${path}`);
  const prepare = [
    run([`python -m venv ${venv}`]),
    env({ PATH: `${venv}/bin:$PATH`, PIP_DISABLE_PIP_VERSION_CHECK: '1' }),
  ];
  return lists.length > 0
    ? { manifests, prepare, install: [run([`pip install ${lists.join(' ')}`], cache)], finish: [] }
    : { manifests, prepare, install: [], finish: [run(['pip install .'], cache)] };
};
