import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Said } from '../../../src/stacks/validate/finding.ts';
import { findProgram } from '../../../src/stacks/validate/programs.ts';
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
} from '../../../src/stacks/validate/readings.ts';
import { judgedBy, surroundingsOf } from '../../../src/stacks/validate/run.ts';
import { validators, type RenderedFile } from '../../../src/stacks/validate/table.ts';
import { aStackFolder } from './folders.ts';

/** Tools that judge what was rendered: how they are found, called and read. */

const said = (parts: Partial<Said>): Said => ({ code: 1, stdout: '', stderr: '', ...parts });
const signal = new AbortController().signal;

/** A folder of rendered files, and tools of this test's own: shell scripts by name. */
const place = (files: Readonly<Record<string, string>>, tools: Readonly<Record<string, string>>) => {
  const root = aStackFolder(files);
  const env = { PATH: '/usr/bin:/bin', PROXDECK_TOOLS: path.join(root, '../tools') };
  mkdirSync(path.join(env.PROXDECK_TOOLS, 'bin'), { recursive: true });
  for (const [name, script] of Object.entries(tools))
    writeFileSync(path.join(env.PROXDECK_TOOLS, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const rendered: readonly RenderedFile[] = Object.entries(files).map(([file, content]) => ({ path: file, content }));
  const judge = async (name: string) => {
    const validator = validators.find((one) => one.name === name);
    if (validator === undefined) throw new Error(`there is no validator ${name}`);
    const where = await surroundingsOf(root, { kubernetes: '1.36', systemd: 257 }, env, signal);
    return judgedBy(validator, rendered, where, env, signal);
  };
  return { env, judge, root };
};

describe('a tool', () => {
  it('that is not there is told with how to get it, and how many files it would look at', async () => {
    const { judge } = place(
      { 'dockerfile/web/Dockerfile': 'FROM scratch\n', 'dockerfile/db/Dockerfile.dev': 'FROM x\n' },
      {},
    );
    expect(await judge('hadolint')).toMatchObject({
      state: 'missing',
      files: 2,
      findings: [],
      get: expect.stringContaining('https://github.com/hadolint/hadolint'),
    });
  });

  it('that has nothing to look at is not asked for', async () => {
    const { judge } = place({ 'docs/README.md': '# x\n' }, {});
    const states = await Promise.all(validators.map(async ({ name }) => (await judge(name)).state));
    expect(new Set(states)).toEqual(new Set(['nothing']));
  });

  it('of the own folder goes before one of the system', async () => {
    const { env } = place({}, { sh: 'true' });
    expect(await findProgram('sh', env)).toBe(path.join(env.PROXDECK_TOOLS, 'bin/sh'));
    expect(await findProgram('no-such-program', env)).toBeUndefined();
  });

  it('runs where its files are, and gets values for what they demand, never in its arguments', async () => {
    const { judge } = place(
      { 'compose/compose.yaml': 'x: ${TOKEN:?}\n', 'compose/compose.dev.yaml': 'y: ${OTHER?}\n' },
      { 'docker-compose': 'echo "$PWD|$TOKEN|$OTHER|$*" >&2; exit 3' },
    );
    const { findings, state } = await judge('docker compose');
    expect(state).toBe('failed');
    expect(findings.map(({ file, message }) => [file, message.replace(/^.*(?=\/compose\|)/, '')])).toEqual([
      ['compose/compose.yaml', '/compose|validation||-f compose.yaml config --quiet'],
      ['compose/compose.dev.yaml', '/compose|validation|validation|-f compose.yaml -f compose.dev.yaml config --quiet'],
    ]);
  });

  it('reads what another makes; what the other says is its own fault', async () => {
    const files = { 'helm/Chart.yaml': 'name: x\n', 'helm/templates/a.yaml': 'kind: A\n' };
    const schemas = { kubeconform: 'cat; exit 0' };
    const withSchemas = (tools: Readonly<Record<string, string>>) => {
      const there = place(files, { ...schemas, ...tools });
      mkdirSync(path.join(there.env.PROXDECK_TOOLS, 'schemas/v1.36.3-standalone-strict'), { recursive: true });
      return there;
    };
    const row = '{"resources":[{"kind":"A","name":"x","status":"statusInvalid","msg":"no"}]}';
    expect(await withSchemas({ helm: `echo '${row}'` }).judge('kubeconform')).toMatchObject({
      state: 'failed',
      findings: [{ file: 'helm/templates', message: 'A x: no' }],
    });
    expect(await withSchemas({ helm: 'echo broken >&2; exit 1' }).judge('kubeconform')).toMatchObject({
      findings: [{ file: 'helm', message: 'broken' }],
    });
    expect(await withSchemas({}).judge('kubeconform')).toMatchObject({
      state: 'missing',
      get: expect.stringContaining('helm'),
    });
    expect(await place(files, { ...schemas, helm: 'true' }).judge('kubeconform')).toMatchObject({
      state: 'missing',
      files: 1,
    });
  });

  it('that opens /dev/stderr by its name can', async () => {
    const { judge } = place(
      { 'proxy/nginx.conf': '' },
      { nginx: 'echo "nginx: [emerg] bad in $PWD/nginx.conf:3" >/dev/stderr; exit 1' },
    );
    expect(await judge('nginx')).toMatchObject({ findings: [{ file: 'proxy/nginx.conf', line: 3, message: 'bad' }] });
  });

  it('is stopped by who gave up', async () => {
    const { env, root } = place({ 'a.sh': '#!/bin/sh\n' }, { shellcheck: 'exec sleep 60' });
    const validator = validators.find(({ name }) => name === 'shellcheck');
    const where = await surroundingsOf(root, { kubernetes: '1.36', systemd: 257 }, env, signal);
    const giveUp = AbortSignal.abort();
    if (validator === undefined) throw new Error('there is no shellcheck');
    await expect(judgedBy(validator, [{ path: 'a.sh', content: '' }], where, env, giveUp)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('what tools write', () => {
  it.each<[string, readonly unknown[], readonly unknown[]]>([
    [
      'shellcheck',
      shellcheckJson('a.sh')(
        said({
          stdout:
            '{"comments":[{"file":"a.sh","line":3,"endLine":3,"column":7,"endColumn":9,"level":"error","code":1009,"message":"The mentioned error"}]}',
        }),
      ),
      [{ file: 'a.sh', line: 3, column: 7, severity: 'error', message: 'The mentioned error (SC1009)' }],
    ],
    [
      'hadolint',
      hadolintJson('D')(
        said({
          stdout:
            '[{"code":"DL3007","column":1,"file":"D","level":"warning","line":1,"message":"Using latest is prone to errors"}]',
        }),
      ),
      [{ file: 'D', line: 1, column: 1, severity: 'warning', message: 'Using latest is prone to errors (DL3007)' }],
    ],
    [
      'actionlint',
      actionlintJson('w.yml')(
        said({
          stdout:
            '[{"message":"unexpected key \\"jbs\\"","filepath":"w.yml","line":2,"column":1,"kind":"syntax-check","snippet":"","end_column":3}]',
        }),
      ),
      [{ file: 'w.yml', line: 2, column: 1, severity: 'error', message: 'unexpected key "jbs" (syntax-check)' }],
    ],
    [
      'kubeconform',
      kubeconformJson('k')(
        said({
          stdout:
            '{"resources":[{"filename":"stdin","kind":"Pod","name":"a","version":"v1","status":"statusError","msg":"no schema"},{"filename":"stdin","kind":"Pod","name":"b","version":"v1","status":"statusValid","msg":""}]}',
        }),
      ),
      [{ file: 'k', severity: 'error', message: 'Pod a: no schema' }],
    ],
    [
      'helm',
      helmLint('helm')(
        said({
          stdout:
            '==> Linting .\n[INFO] Chart.yaml: icon is recommended\n[ERROR] templates/a.yaml: unable to parse YAML\n\nError: 1 chart(s) linted, 1 chart(s) failed\n',
        }),
      ),
      [{ file: 'helm/templates/a.yaml', severity: 'error', message: 'unable to parse YAML' }],
    ],
    [
      'systemd-analyze verify',
      systemdVerify('units', { here: 257, there: 257 })(
        said({
          code: 0,
          stderr:
            "/tmp/x/units/a.service:4: Unknown key 'Exec' in section [Service], ignoring.\na.service: Command /opt/a is not executable: No such file or directory\n",
        }),
      ),
      [
        {
          file: 'units/a.service',
          line: 4,
          severity: 'error',
          message: "Unknown key 'Exec' in section [Service], ignoring.",
        },
      ],
    ],
    [
      'systemd-analyze verify of an older systemd',
      systemdVerify('units', { here: 252, there: 257 })(
        said({
          code: 0,
          stderr:
            "./a.service:4: Unknown key 'RestartSteps' in section [Service], ignoring.\n./a.service:9: Missing '='.\n",
        }),
      ),
      [
        expect.objectContaining({
          line: 4,
          severity: 'warning',
          message: expect.stringContaining('systemd 252 looks at what is for 257'),
        }),
        expect.objectContaining({ line: 9, severity: 'error' }),
      ],
    ],
    [
      'systemd-analyze security',
      systemdSecurity(
        'a.service',
        2,
      )(said({ code: 0, stdout: '  NAME  DESCRIPTION\n→ Overall exposure level for a.service: 4.4 OK :-)\n' })),
      [{ file: 'a.service', severity: 'warning', message: expect.stringContaining('4.4') }],
    ],
    [
      'quadlet',
      quadletDryRun('q')(
        said({
          stderr:
            'quadlet-generator[12]: Loading source unit file /x/a.container\nquadlet-generator[12]: converting "a.container": no Image or Rootfs key specified\n',
        }),
      ),
      [
        {
          file: 'q/a.container',
          severity: 'error',
          message: 'converting "a.container": no Image or Rootfs key specified',
        },
      ],
    ],
    [
      'nginx',
      nginxTest('n.conf')(
        said({
          stderr:
            'nginx: [warn] "user" makes no sense in /x/n.conf:1\nnginx: [emerg] unknown directive "x" in /x/n.conf:3\nnginx: configuration file /x/n.conf test failed\n',
        }),
      ),
      [
        { file: 'n.conf', line: 1, severity: 'warning', message: '"user" makes no sense' },
        { file: 'n.conf', line: 3, severity: 'error', message: 'unknown directive "x"' },
      ],
    ],
    [
      'anything else',
      whole('f')(said({ code: 2, stderr: 'a\n b\n' })),
      [{ file: 'f', severity: 'error', message: 'a b' }],
    ],
    ['nothing', whole('f')(said({ code: 9 })), [{ file: 'f', severity: 'error', message: 'It failed with 9.' }]],
    [
      'what is no JSON',
      shellcheckJson('f')(said({ code: 4, stderr: 'unknown option' })),
      [{ file: 'f', severity: 'error', message: 'unknown option' }],
    ],
  ])('%s', (_tool, found, expected) => {
    expect(found).toEqual(expected);
  });

  it.each([
    shellcheckJson('f'),
    helmLint('f'),
    systemdVerify('f', { here: 257, there: 257 }),
    quadletDryRun('f'),
    nginxTest('f'),
    whole('f'),
  ])('is nothing where all is well', (reading) => {
    expect(reading(said({ code: 0, stdout: '{"comments":[]}' }))).toEqual([]);
  });
});
