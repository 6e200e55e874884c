/** The flags that stand before or after any command. */
export interface Globals {
  readonly context?: string;
  /** The folder of the workspace. */
  readonly workspace?: string;
  readonly output: OutputFormat;
  readonly yes: boolean;
  readonly readOnly: boolean;
  readonly plain: boolean;
  readonly dryRun: boolean;
  readonly color: boolean;
  readonly ascii: boolean;
}

export const outputFormats = ['table', 'json', 'yaml', 'csv'] as const;
export type OutputFormat = (typeof outputFormats)[number];

interface GlobalFlag {
  readonly flag: string;
  readonly value?: string;
  readonly summary: string;
}

export const globalFlags: readonly GlobalFlag[] = [
  { flag: 'context', value: 'name', summary: 'talk to this cluster instead of the current one' },
  { flag: 'output', value: outputFormats.join('|'), summary: 'how results are written (usually table)' },
  { flag: 'yes', summary: 'do it without asking' },
  { flag: 'read-only', summary: 'refuse whatever would change something' },
  { flag: 'plain', summary: 'no full screen' },
  { flag: 'dry-run', summary: 'show what would be sent, and send nothing' },
  { flag: 'all-contexts', summary: 'show every cluster of the configuration together (full screen)' },
  { flag: 'workspace', value: 'folder', summary: 'work in this workspace instead of the one around you' },
  {
    flag: 'theme',
    value: 'name',
    summary: 'how the full screen looks: terminal, dark, light, high-contrast, or your own',
  },
  { flag: 'no-color', summary: 'no colours' },
  { flag: 'ascii', summary: 'no characters beyond ASCII' },
  { flag: 'reduced-motion', summary: 'nothing moves that tells nothing new' },
];
