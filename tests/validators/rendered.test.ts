import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { systemd } from '../../generators/systemd/index.ts';
import { usualOptions } from '../../src/models/artifact.ts';
import { loadStack } from '../../src/stacks/load.ts';
import { findProgram } from '../../src/stacks/validate/programs.ts';
import { judgedBy, surroundingsOf } from '../../src/stacks/validate/run.ts';
import { validators, type RenderedFile } from '../../src/stacks/validate/table.ts';
import { blueprints } from '../support/blueprints.ts';
import { tool } from '../support/tools.ts';

const rendered = path.join(inject('workspace'), 'rendered');

const filesOf = (stack: string): readonly RenderedFile[] =>
  readdirSync(path.join(rendered, stack), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return { path: path.relative(path.join(rendered, stack), file), content: readFileSync(file, 'utf8') };
    });

const isRequired = process.env['PROXDECK_REQUIRE_TOOLS'] === '1';

/** Files that no tool of the table looks at: what has to hold of them is held by other tests, or by their readers here. */
const otherwise: readonly { readonly form: RegExp; readonly check?: (content: string) => void }[] = [
  { form: /\.md$|NOTES\.txt$|manifest\.json$/ },
  { form: /\.json$/, check: (content) => void JSON.parse(content) },
  {
    form: /\.ya?ml$/,
    check: (content) => {
      const documents = parseAllDocuments(content);
      expect('empty' in documents ? [] : documents.flatMap(({ errors }) => errors)).toEqual([]);
    },
  },
  { form: /(^|\/)\.(git|helm|docker)ignore$|\.dockerignore$/ },
  { form: /\.env(\.[\w.-]+)?$|\.(cnf|conf)$/ },
];

/** What a systemd says of keys that came after it; rendered for itself, below, it must find nothing. */
const ofNewerSystemd = /\(systemd \d+ looks at what is for \d+\)$/;

describe.each(blueprints)('%s, as the program rendered it', (stack) => {
  const files = filesOf(stack);

  for (const validator of validators) {
    const { name, title } = validator;
    const present = async () =>
      (await Promise.all(validator.commands.map(({ program }) => findProgram(program, process.env)))).some(Boolean);

    it(`passes ${name}: ${title}`, async ({ skip }) => {
      if (!isRequired && !(await present())) skip(`${name} is missing: tests/validators/install brings it`);
      const where = await surroundingsOf(
        path.join(rendered, stack),
        usualOptions,
        process.env,
        new AbortController().signal,
      );
      const { state, findings } = await judgedBy(validator, files, where, process.env, new AbortController().signal);
      expect(findings.filter(({ message }) => !ofNewerSystemd.test(message))).toEqual([]);
      expect(['passed', 'nothing']).toContain(state);
    });
  }

  it('has no file that nothing looks at [S3-020]', async () => {
    const where = await surroundingsOf(
      path.join(rendered, stack),
      usualOptions,
      process.env,
      new AbortController().signal,
    );
    const judged = new Set(validators.flatMap((one) => one.runs(files, where)).flatMap((run) => run.files));
    const others = files.filter((file) => !judged.has(file.path));
    const unknown = others.filter((file) => !otherwise.some(({ form }) => form.test(file.path)));
    expect(unknown.map((file) => file.path)).toEqual([]);
    for (const { path: file, content } of others) otherwise.find(({ form }) => form.test(file))?.check?.(content);
  });
});

describe('the systemd of this machine', async () => {
  const analyze = await tool('systemd-analyze');
  const version = Number(/^systemd (\d+)/.exec(analyze.path === undefined ? '' : analyze.run(['--version']).out)?.[1]);

  it.for(blueprints)(
    'understands every line of the units of %s that are rendered for it [S3-109]',
    async (name, { skip }) => {
      if (!analyze.wanted) skip('systemd-analyze is missing');
      const { stack } = await loadStack(path.join(inject('workspace'), 'stacks', name));
      const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-units-'));
      try {
        const { artifacts } = systemd(stack, { ...usualOptions, systemd: version });
        const units = artifacts.filter((one) => one.path.startsWith('units/'));
        for (const one of units) {
          mkdirSync(path.dirname(path.join(folder, one.path)), { recursive: true });
          writeFileSync(path.join(folder, one.path), one.content);
        }
        const { signal } = new AbortController();
        const where = await surroundingsOf(folder, { ...usualOptions, systemd: version }, process.env, signal);
        const looked = await Promise.all(
          validators
            .filter((one) => one.name.startsWith('systemd-analyze'))
            .map((one) => judgedBy(one, units, where, process.env, signal)),
        );
        expect(looked.flatMap(({ findings }) => findings)).toEqual([]);
        const state = units.length > 0 ? 'passed' : 'nothing';
        expect(looked.map((one) => one.state)).toEqual([state, state]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

describe('Helm 3 and 4', () => {
  for (const [version, program] of [
    ['3.22', 'helm3'],
    ['4.3', 'helm'],
  ] as const) {
    it.for(blueprints)(`lints the chart of %s by ${version}`, async (stack, { skip }) => {
      const helm = await tool(program);
      if (!helm.wanted) skip(`${program} is missing: tests/validators/install brings it`);
      const { code, out } = helm.run(['lint', '--strict', '.'], { cwd: path.join(rendered, stack, 'helm') });
      expect(code, out).toBe(0);
    });
  }
});
