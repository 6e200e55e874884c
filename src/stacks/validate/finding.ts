/** What a tool says of a rendered file. */
export interface Finding {
  /** Below the folder of what is rendered of the stack: `helm/values.yaml`. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** A warning does not keep a file from working. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** What a tool wrote and how it ended. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
