import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemd } from '../../../../generators/systemd/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import { luciaLike } from '../../../support/lucia.ts';
import { written } from '../../../support/rendered.ts';
import { stackOf } from '../../../support/stacks.ts';
import { run, tool } from '../../../support/tools.ts';

const shellcheck = await tool('shellcheck');

/** The rendered files, and a folder that stands for the machine. */
const machine = () => {
  const folder = written(systemd(luciaLike(), usualOptions).artifacts);
  const root = written([]);
  const at = (file: string): string => path.join(root, file);
  return {
    folder,
    at,
    mode: (file: string): string => (statSync(at(file)).mode & 0o777).toString(8),
    text: (file: string): string => readFileSync(at(file), 'utf8'),
    install: (args: readonly string[] = [], input = '') =>
      run(path.join(folder, 'install.sh'), args, { env: { DESTDIR: root }, input }),
  };
};

describe('install.sh', () => {
  it('puts units 0644, settings and credentials 0600, and says what comes next [S3-112, S3-134]', () => {
    const { install, mode } = machine();
    const { code, out } = install();
    expect(code).toBe(0);
    expect(mode('etc/systemd/system/lucia.service')).toBe('644');
    expect(mode('etc/containers/systemd/lucia-worker.container')).toBe('644');
    expect(mode('etc/lucia/lucia.env')).toBe('600');
    expect(mode('etc/lucia/credentials')).toBe('700');
    expect(mode('etc/lucia/credentials/OpenAI__ApiKey')).toBe('600');
    expect(mode('usr/local/lib/lucia/lucia-start')).toBe('755');
    expect(mode('etc/lucia/files/worker.yaml')).toBe('644');
    expect(out).toContain('--credential OpenAI__ApiKey');
    expect(out).toContain('--start');
  });

  it('changes nothing when nothing changed, and never what a person filled in [S3-112]', () => {
    const { install, at, text, folder } = machine();
    install();
    writeFileSync(at('etc/lucia/lucia.env'), 'HomeAssistant__BaseUrl=http://mine\n', { mode: 0o600 });
    const again = install();
    expect(text('etc/lucia/lucia.env')).toBe('HomeAssistant__BaseUrl=http://mine\n');
    expect(again.out).toBe('nothing changed\n');
    // What is new in the example is told, so that it is not overlooked.
    expect(again.err).toContain('does not know OpenAI__BaseUrl yet');
    writeFileSync(path.join(folder, 'units/lucia.service'), '[Service]\n');
    expect(install().out).toContain('installed');
    expect(text('etc/systemd/system/lucia.service')).toBe('[Service]\n');
  });

  it('closes a file of settings that others could read', () => {
    const { install, at, mode } = machine();
    install();
    run('chmod', ['0644', at('etc/lucia/lucia.env'), at('etc/lucia/credentials/OpenAI__ApiKey')]);
    install();
    expect(mode('etc/lucia/lucia.env')).toBe('600');
    expect(mode('etc/lucia/credentials/OpenAI__ApiKey')).toBe('600');
  });

  it('only says what it would do with --dry-run', () => {
    const { install, at } = machine();
    const { code, out } = install(['--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain('would run: install -D -m 0644');
    expect(existsSync(at('etc'))).toBe(false);
  });

  it('takes a credential by standard input, and refuses a name that is none', () => {
    const { install, text, mode } = machine();
    install();
    const { code, out, err } = install(['--credential', 'OpenAI__ApiKey'], 'planted-secret\n');
    expect(code).toBe(0);
    expect(`${out}${err}`).not.toContain('planted-secret');
    expect(text('etc/lucia/credentials/OpenAI__ApiKey')).toBe('planted-secret');
    expect(mode('etc/lucia/credentials/OpenAI__ApiKey')).toBe('600');
    const wrong = install(['--credential', 'OTHER'], 'x');
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('no credential is named OTHER');
  });

  it('does not start while a required credential is empty', () => {
    const { code, err } = machine().install(['--start']);
    expect(code).toBe(1);
    expect(err).toContain('credentials are missing: OpenAI__ApiKey signing-key');
  });

  it('names an optional secret to Podman once it is there, put together from its parts', () => {
    const { install, at, text } = machine();
    install();
    const dropIn = 'etc/containers/systemd/lucia-worker.container.d/20-lucia-worker-DATABASE_URL.conf';
    expect(existsSync(at(dropIn))).toBe(false);
    install(['--credential', 'DB_PASSWORD'], 'planted');
    install();
    expect(text(dropIn)).toBe('[Container]\nSecret=lucia-worker-DATABASE_URL,type=env,target=DATABASE_URL\n');
  });

  it('takes away what it put there, and keeps settings unless told [S3-112]', () => {
    const { install, at } = machine();
    install();
    expect(install(['--uninstall']).code).toBe(0);
    for (const file of [
      'etc/systemd/system/lucia.service',
      'etc/containers/systemd/lucia-worker.container',
      'usr/local/lib/lucia/lucia-start',
    ])
      expect(existsSync(at(file))).toBe(false);
    expect(existsSync(at('etc/lucia/lucia.env'))).toBe(true);
    install(['--uninstall', '--purge']);
    expect(existsSync(at('etc/lucia'))).toBe(false);
  });

  it.runIf(shellcheck.wanted)('is one that shellcheck finds nothing in [S3-112]', () => {
    const plain = stackOf({ project: { name: 'whoami', services: { whoami: { image: 'traefik/whoami:v1' } } } });
    for (const stack of [luciaLike(), plain]) {
      const made = systemd(stack, usualOptions).artifacts.filter(({ mode }) => mode === 0o755);
      const { out } = shellcheck.run(['--format=gcc', ...made.map(({ path: file }) => file)], { cwd: written(made) });
      expect(out).toBe('');
    }
  });
});

describe('the start script', () => {
  it('gives the program its credentials and becomes it; an empty one is unset [S3-110]', () => {
    const folder = written([
      ...systemd(luciaLike(), usualOptions).artifacts,
      { path: 'credentials/OpenAI__ApiKey', content: 'se"cr$et', mode: 0o644 },
    ]);
    const started = (directory: string) =>
      run(path.join(folder, 'programs/lucia-start'), ['/usr/bin/env'], { env: { CREDENTIALS_DIRECTORY: directory } })
        .out;
    expect(started(path.join(folder, 'credentials'))).toContain('\nOpenAI__ApiKey=se"cr$et\n');
    expect(started(path.join(folder, 'units'))).not.toContain('OpenAI__ApiKey');
  });
});

describe('the page beside the units', () => {
  it('leads from prerequisites to uninstalling, by script and by hand [S3-113]', () => {
    const { content = '' } =
      systemd(luciaLike(), usualOptions).artifacts.find(({ path: file }) => file === 'README.md') ?? {};
    const titles = [...content.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual([
      'What is here',
      'Prerequisites',
      'Install',
      'Install by hand',
      'Credentials',
      'Looking after it',
      'Upgrade',
      'Hardening',
      'When something is wrong',
      'Uninstall',
      'Checked when',
    ]);
    expect(content).toContain('install -D -m 0600 lucia.env.example /etc/lucia/lucia.env');
    expect(content).toContain('journalctl -u lucia.service -f');
    expect(content).toContain('apt-get install redis-server');
  });
});
