import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { editorSchemas } from '../../../scripts/schemas/editor.ts';

const assets = path.join(import.meta.dirname, '../../../assets');

/** Every object of a schema that names its keys. */
const objectsIn = (schema: unknown, where: string): readonly (readonly [string, Record<string, unknown>])[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.entries(schema).flatMap(([key, value]) => objectsIn(value, `${where}.${key}`));
  return 'properties' in schema && where.includes('x-proxdeck.') ? [[where, { ...schema }], ...inner] : inner;
};

describe('schemas for editors', () => {
  it.each(Object.entries(editorSchemas()))('%s is what the program itself checks by', (name, text) => {
    expect(readFileSync(path.join(assets, 'schemas', name), 'utf8'), 'node scripts/schemas.ts --write').toBe(text);
  });

  it('refuse unknown keys everywhere below x-proxdeck, as the program does', () => {
    const schema: unknown = JSON.parse(editorSchemas()['compose-stack.json'] ?? '');
    const objects = objectsIn(schema, '').filter(([where]) => !where.endsWith('services.additionalProperties'));
    expect(objects.length).toBeGreaterThan(20);
    const open = objects.filter(([, { additionalProperties }]) => additionalProperties !== false);
    expect(open.map(([where]) => where)).toEqual([]);
  });

  it.each(readdirSync(path.join(assets, 'blueprints')))('%s names the schema where a workspace has it', (blueprint) => {
    const [first] = readFileSync(path.join(assets, 'blueprints', blueprint, 'compose.yaml'), 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=../../.proxdeck/schemas/compose-stack.json');
  });
});
