import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadStack } from '../../../src/stacks/load.ts';
import { wantedSecrets } from '../../../src/stacks/secrets/wanted.ts';
import { aStackFolder } from './folders.ts';

describe('docs/stacks.md', () => {
  it('shows a stack that loads without a remark', async () => {
    const page = readFileSync(path.join(import.meta.dirname, '../../../docs/stacks.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
    const { stack, warnings } = await loadStack(aStackFolder({ 'compose.yaml': yaml }));
    expect(warnings).toEqual([]);
    expect(wantedSecrets(stack).map(({ name, usedBy }) => [name, ...usedBy])).toEqual([
      ['API_KEY', 'web'],
      ['DB_PASSWORD', 'web', 'db'],
      ['pki/authority', 'web'],
      ['pki/web', 'web'],
      ['signing-key', 'web'],
    ]);
  });
});
