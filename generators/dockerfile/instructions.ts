/** Instructions of a Dockerfile as values; one place knows how they are written [docs.docker.com/reference/dockerfile]. */

const exec = (words: readonly string[]): string => JSON.stringify(words).replaceAll('","', '", "');
const named = (text: string): string => `"${text.replaceAll(/\s+/g, ' ').replaceAll(/["\\$]/g, String.raw`\$&`)}"`;
const isPlain = (path: string): boolean => /^[\w./@*+-]+$/.test(path);

export const comment = (text: string): string => `# ${text}`;
export const blank = '';

interface From {
  readonly image: string;
  readonly as?: string;
  /** Runs on the machine that builds, whatever it builds for: nothing is emulated. */
  readonly onBuilder?: boolean;
}
export const from = ({ image, as, onBuilder }: From): string =>
  `FROM ${onBuilder === true ? '--platform=$BUILDPLATFORM ' : ''}${image}${as === undefined ? '' : ` AS ${as}`}`;

export const arg = (name: string, value?: string): string => `ARG ${name}${value === undefined ? '' : `=${value}`}`;
export const workdir = (path: string): string => `WORKDIR ${path}`;
export const user = (name: string): string => `USER ${name}`;
export const expose = (port: number): string => `EXPOSE ${port}`;
export const entrypoint = (words: readonly string[]): string => `ENTRYPOINT ${exec(words)}`;
export const cmd = (words: readonly string[]): string => `CMD ${exec(words)}`;

export const env = (values: Readonly<Record<string, string>>): string =>
  `ENV ${Object.entries(values)
    .map(([name, value]) => `${name}=${/^[\w./:$-]+$/.test(value) ? value : named(value)}`)
    .join(' \\\n    ')}`;

/** Texts are quoted; `$NAME` of a build argument is given as it is. */
export const label = (values: Readonly<Record<string, string>>): string =>
  `LABEL ${Object.entries(values)
    .map(([name, value]) => `${name}=${/^\$\w+$/.test(value) ? `"${value}"` : named(value)}`)
    .join(' \\\n      ')}`;

interface Copy {
  readonly sources: readonly string[];
  readonly target: string;
  /** Another stage or image. */
  readonly from?: string;
  readonly chown?: string;
}
export const copy = ({ sources, target, from: stage, chown }: Copy): string => {
  const flags = [
    ...(stage === undefined ? [] : [`--from=${stage}`]),
    ...(chown === undefined ? [] : [`--chown=${chown}`]),
  ];
  const paths = [...sources, target];
  return ['COPY', ...flags, paths.every(isPlain) ? paths.join(' ') : exec(paths)].join(' ');
};

/** A file whose text stands in the Dockerfile itself. The empty line behind it is for hadolint, which reads nothing else there. */
export const inline = (path: string, text: string): string => `COPY <<'EOF' ${path}\n${text.trimEnd()}\nEOF\n`;

/** Commands that must all end well, with folders that are kept between builds but not in the image. */
export const run = (commands: readonly string[], caches: readonly string[] = []): string => {
  const mounts = caches.map((target) => `--mount=type=cache,sharing=locked,target=${target}`);
  return `RUN ${[...mounts, commands.join(' && \\\n    ')].join(' \\\n    ')}`;
};

interface Health {
  readonly command: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly startPeriod: string;
  readonly retries: number;
}
export const healthcheck = ({ command, interval, timeout, startPeriod, retries }: Health): string =>
  `HEALTHCHECK --interval=${interval} --timeout=${timeout} --start-period=${startPeriod} --retries=${retries} \\\n    CMD ${exec(command)}`;

const folderOf = (path: string): string => (path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/` : './');

/** Copies files to where they stood, one instruction a folder: the layer only changes when one of them does. */
export const copyInPlace = (files: readonly string[], chown?: string): readonly string[] =>
  [...new Set(files.map(folderOf))].map((folder) =>
    copy({
      sources: files.filter((file) => folderOf(file) === folder),
      target: folder,
      ...(chown === undefined ? {} : { chown }),
    }),
  );

/** Debian's packages, without what they only recommend and without the lists. */
export const packagesOf = (packages: readonly string[]): readonly string[] =>
  packages.length === 0
    ? []
    : [
        comment(
          'Debian keeps one version of each: what they are is fixed by the base, not by a number that is gone tomorrow.',
        ),
        comment('hadolint ignore=DL3008'),
        run([
          'apt-get update',
          `apt-get install --yes --no-install-recommends ${packages.toSorted().join(' ')}`,
          'rm -rf /var/lib/apt/lists/*',
        ]),
      ];
