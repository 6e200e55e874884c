import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemd } from '../../../../generators/systemd/index.ts';
import { environmentLine } from '../../../../generators/shared/ini.ts';
import { luciaLike } from '../../../support/lucia.ts';
import { textsOf } from '../../../support/rendered.ts';
import { run } from '../../../support/tools.ts';

/** systemd's own reader of the dialect; it replaces `$` afterwards, which an EnvironmentFile does not: no value here has one. */
const generator = '/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator';

const values = [
  'plain',
  'two words',
  '',
  'a=b',
  'semi;colon #hash',
  'quote " and \'',
  'back\\slash',
  'tick `x`',
  ' edges ',
  'ünï',
];

describe('the dialect of a file of the environment', () => {
  it('quotes only where it must, and never with blanks around `=` [S3-111]', () => {
    expect(environmentLine('A', 'https://example.org/v1')).toBe('A=https://example.org/v1');
    expect(environmentLine('A', 'a b')).toBe('A="a b"');
    expect(environmentLine('A', 'cost: $5 "now" \\')).toBe(String.raw`A="cost: \$5 \"now\" \\"`);
    for (const line of (textsOf(systemd, luciaLike())['lucia.env.example'] ?? '').split('\n'))
      expect(line).toMatch(/^$|^#|^[A-Za-z_]\w*=("([^"\\]|\\.)*"|[^\s"'#;\\$]*)$/);
  });

  it.runIf(existsSync(generator))('is read by systemd as it was meant [S3-111]', () => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-environment-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    mkdirSync(path.join(home, 'environment.d'));
    const lines = values.map((value, index) => environmentLine(`PROXDECK_${index}`, value));
    writeFileSync(path.join(home, 'environment.d', '10.conf'), lines.join('\n'));
    // It prints what it read as words of a shell.
    const print = values.map((_, index) => `printf '%s\\0' "$PROXDECK_${index}"`).join('; ');
    const { out } = run('bash', ['-c', `eval "$(${generator})"; ${print}`], { env: { XDG_CONFIG_HOME: home } });
    expect(out.split('\0').slice(0, -1)).toEqual(values);
  });
});
