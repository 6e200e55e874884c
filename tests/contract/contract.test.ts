import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { judgeFolder, ownFolder } from './judge.ts';
import type { Verdict } from './judge.ts';

const docs = readFileSync(path.join(import.meta.dirname, '../../docs/simulator.md'), 'utf8');

describe('the simulator answers as the recorded Proxmox VE did', () => {
  const verdicts: Verdict[] = [];
  const of = (verdict: Verdict['verdict']): string[] =>
    verdicts.filter((one) => one.verdict === verdict).map((one) => one.file);
  beforeAll(async () => {
    for await (const verdict of judgeFolder(ownFolder)) verdicts.push(verdict);
  });

  it('judges every recording once', () => {
    expect(verdicts).toHaveLength(664);
    expect(new Set(verdicts.map((one) => one.file)).size).toBe(664);
  });

  it('agrees in at least 600 of them', () => {
    expect(of('agrees').length).toBeGreaterThanOrEqual(600);
  });

  it('differs in at most 8, each named in docs/simulator.md', () => {
    const differing = of('differs');
    expect(differing.length).toBeLessThanOrEqual(8);
    for (const file of differing) expect(docs).toContain(file);
  });
});
