/** All that the outside ever sees of running work. Faces draw it, JSON streams it, tests assert on it. */
export type Event =
  | { readonly type: 'step'; readonly id: string; readonly title: string; readonly state: StepState }
  | {
      readonly type: 'progress';
      readonly done: number;
      readonly total?: number;
      readonly unit: 'bytes' | 'items' | 'seconds';
    }
  /** A task was begun on the cluster and is being followed. */
  | { readonly type: 'task'; readonly upid: string }
  | { readonly type: 'line'; readonly source: string; readonly text: string }
  | { readonly type: 'warning'; readonly code: string; readonly message: string; readonly hint?: string };

type StepState = 'running' | 'done' | 'skipped' | 'failed' | 'undone';
