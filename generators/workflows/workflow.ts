import type { Artifact } from '../../src/models/artifact.ts';
import { yamlText } from '../shared/yaml.ts';
import { actions } from './actions.ts';

/** The shape of a workflow of GitHub Actions, as far as ours use it, and its writer. */

export interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

export interface Job {
  readonly name: string;
  readonly needs?: string;
  readonly 'runs-on': string;
  readonly container?: string;
  readonly 'timeout-minutes': number;
  readonly permissions?: Readonly<Record<string, 'read' | 'write'>>;
  readonly strategy?: {
    readonly 'fail-fast': boolean;
    readonly matrix: { readonly include: readonly Readonly<Record<string, string>>[] };
  };
  readonly defaults?: { readonly run: { readonly shell: string } };
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>;
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean | string };
  readonly jobs: Readonly<Record<string, Job>>;
}

type ActionName = keyof typeof actions;

/** Returns a step that uses an action, by the hash of its commit. */
export const using = (action: ActionName, step: Omit<Step, 'uses' | 'run'>): Step => {
  const { name, id, if: condition, ...rest } = step;
  return {
    name,
    ...(id === undefined ? {} : { id }),
    ...(condition === undefined ? {} : { if: condition }),
    uses: actions[action][0],
    ...rest,
  };
};

/** Returns a step that runs lines of the shell. */
export const running = (
  name: string,
  lines: readonly string[],
  more: Omit<Step, 'name' | 'run' | 'uses'> = {},
): Step => ({
  name,
  ...more,
  run: `${lines.join('\n')}${lines.length > 1 ? '\n' : ''}`,
});

/** The source, without leaving the token of the run behind in the folder. */
export const checkout: Step = using('checkout', {
  name: 'Check out',
  with: { 'persist-credentials': false, submodules: 'recursive' },
});

/** What every workflow starts with: nothing more than reading is allowed, and an older run of the same branch is ended. */
export const usual = {
  permissions: { contents: 'read' },
  concurrency: {
    group: '${{ github.workflow }}-${{ github.ref }}',
    'cancel-in-progress': "${{ github.ref_type == 'branch' }}",
  },
} as const satisfies Partial<Workflow>;

const versions: Readonly<Record<string, string>> = Object.fromEntries(Object.values(actions));

/** Returns the file of a workflow, each action with its version behind it. */
export const workflowFile = (file: string, header: string, workflow: Workflow): Artifact => ({
  path: `.github/workflows/${file}`,
  mode: 0o644,
  content: yamlText(workflow, {
    header,
    comments: Object.entries(workflow.jobs).flatMap(([job, { steps }]) =>
      steps.flatMap(({ uses }, index) => {
        const version = uses === undefined ? undefined : versions[uses];
        return version === undefined
          ? []
          : [{ path: ['jobs', job, 'steps', index, 'uses'], text: version, behind: true as const }];
      }),
    ),
  }),
});
