import path from 'node:path';
import * as z from 'zod';
import type { Finding, Said } from './finding.ts';

/** What tools write, as findings. Files come out as the tools were given them: relative to the folder they ran in. */

type Reading = (said: Said) => readonly Finding[];

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const severityOf = (level: string): Finding['severity'] =>
  level === 'error' || level === 'fatal' ? 'error' : 'warning';

/** What a tool that failed said is about the one file, where it does not say which. */
export const whole =
  (file: string): Reading =>
  ({ code, stdout, stderr }) => {
    if (code === 0) return [];
    const message = linesOf(stderr.trim() === '' ? stdout : stderr).join(' ');
    return [{ file, severity: 'error', message: message === '' ? `It failed with ${String(code)}.` : message }];
  };

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads JSON where the tool wrote what it should, and takes everything as one fault where it did not. */
const structured =
  <Schema extends z.ZodType>(
    schema: Schema,
    fallback: string,
    read: (value: z.output<Schema>) => readonly Finding[],
  ): Reading =>
  (said) => {
    const parsed = schema.safeParse(json(said.stdout));
    return parsed.success ? read(parsed.data) : whole(fallback)(said);
  };

const lint = z.object({
  file: z.string(),
  line: z.number(),
  column: z.number(),
  level: z.string(),
  message: z.string(),
  code: z.union([z.string(), z.number()]).transform(String),
});

const ofLint =
  (prefix: string) =>
  ({ file, line, column, level, message, code }: z.output<typeof lint>): Finding => ({
    file,
    line,
    column,
    severity: severityOf(level),
    message: `${message} (${prefix}${code})`,
  });

/** `shellcheck --format json1` */
export const shellcheckJson = (file: string): Reading =>
  structured(z.object({ comments: z.array(lint) }), file, ({ comments }) => comments.map(ofLint('SC')));

/** `hadolint --format json` */
export const hadolintJson = (file: string): Reading =>
  structured(z.array(lint), file, (found) => found.map(ofLint('')));

const actionlintRow = z.object({
  filepath: z.string(),
  line: z.number(),
  column: z.number(),
  message: z.string(),
  kind: z.string(),
});

/** `actionlint -format '{{json .}}'` */
export const actionlintJson = (file: string): Reading =>
  structured(z.array(actionlintRow), file, (rows) =>
    rows.map(({ filepath, line, column, message, kind }) => ({
      file: filepath,
      line,
      column,
      severity: 'error',
      message: `${message} (${kind})`,
    })),
  );

const resource = z.looseObject({ kind: z.string(), name: z.string(), status: z.string(), msg: z.string() });

/** `kubeconform -output json`, which is silent on what is valid. */
export const kubeconformJson = (file: string): Reading =>
  structured(z.object({ resources: z.array(resource).nullable().default([]) }), file, ({ resources }) =>
    (resources ?? []).flatMap(({ kind, name, status, msg }) =>
      status === 'statusValid' || status === 'statusSkipped'
        ? []
        : [{ file, severity: 'error', message: `${kind} ${name}: ${msg}` }],
    ),
  );

/** `[ERROR] templates/web.yaml: …` of `helm lint` */
export const helmLint =
  (chart: string): Reading =>
  (said) => {
    const found = linesOf(`${said.stdout}\n${said.stderr}`).flatMap((line): Finding[] => {
      const [, level, place = '', message = ''] = /^\[(ERROR|WARNING)\] ([^:]+):\s*(.*)$/.exec(line) ?? [];
      if (level === undefined) return [];
      return [{ file: path.posix.join(chart, place), severity: level === 'ERROR' ? 'error' : 'warning', message }];
    });
    return found.length === 0 ? whole(path.posix.join(chart, 'Chart.yaml'))(said) : found;
  };

/** `nginx: [emerg] unknown directive "x" in /…/nginx.conf:3` */
export const nginxTest =
  (file: string): Reading =>
  (said) => {
    const found = linesOf(said.stderr).flatMap((line): Finding[] => {
      const [, level, message = '', at] =
        /\[(emerg|crit|alert|error|warn)\] (?:\d+#\d+: )?(.*?)(?: in \S+:(\d+))?$/.exec(line) ?? [];
      if (level === undefined) return [];
      const severity = level === 'warn' ? 'warning' : 'error';
      return [{ file, ...(at !== undefined && { line: Number(at) }), severity, message }];
    });
    return found.length === 0 ? whole(file)(said) : found;
  };

/** A machine that only looks at a unit has neither its program nor what it needs. */
const onlyMissingHere =
  /is not executable: No such file|Failed to (open|add dependency|create)|not-found|Unit \S+ not found|Unknown (user|group)|(user|group) .* (not found|does not exist)/i;

const newerForm = /Unknown (key|lvalue|section)|Failed to parse/i;

/**
 * `FILE:LINE: …` of `systemd-analyze verify`, which ends with 0 also for an unknown key. What a systemd that is older than the one of the
 * target does not know may be newer: that is no fault of the unit.
 */
export const systemdVerify =
  (folder: string, { here, there }: { readonly here: number; readonly there: number }): Reading =>
  ({ stderr }) =>
    linesOf(stderr).flatMap((line): Finding[] => {
      if (onlyMissingHere.test(line)) return [];
      const [, unit = '', at, said = line] = /^(?:\S*\/)?([\w@.-]+\.[a-z]+):(?:(\d+):)? (.*)$/.exec(line) ?? [];
      const mayBeNewer = here < there && newerForm.test(said);
      const note = mayBeNewer ? ` (systemd ${String(here)} looks at what is for ${String(there)})` : '';
      return [
        {
          file: path.posix.join(folder, unit),
          ...(at !== undefined && { line: Number(at) }),
          severity: mayBeNewer ? 'warning' : 'error',
          message: `${said}${note}`,
        },
      ];
    });

/** `Overall exposure level for web.service: 1.4 OK` of `systemd-analyze security` */
export const systemdSecurity =
  (file: string, limit: number): Reading =>
  (said) => {
    const [, level] = /exposure level for \S+: ([\d.]+)/.exec(said.stdout) ?? [];
    if (level === undefined) return whole(file)(said);
    if (Number(level) <= limit) return [];
    return [
      {
        file,
        severity: 'warning',
        message: `Its exposure is ${level}; ${limit.toFixed(1)} is the most that is wanted.`,
      },
    ];
  };

/** `quadlet-generator[…]: …` of a dry run */
export const quadletDryRun =
  (folder: string): Reading =>
  ({ code, stderr }) => {
    const found = linesOf(stderr).flatMap((line): Finding[] => {
      const text = line.replace(/^quadlet-generator\[\d+\]:\s*/, '');
      if (!/error|invalid|unsupported|unknown|fail|converting/i.test(text)) return [];
      const [, file] = /["\s/]([\w.@-]+\.(?:container|volume|network|pod|kube|image|build))\b/.exec(text) ?? [];
      return [{ file: file === undefined ? folder : path.posix.join(folder, file), severity: 'error', message: text }];
    });
    return found.length === 0 ? whole(folder)({ code, stdout: '', stderr }) : found;
  };
