// Schemas for editors, made of the program's own: `--write` renews assets/schemas, without it they are only compared.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { editorSchemas } from './schemas/editor.ts';

const folder = path.join(import.meta.dirname, '../assets/schemas');
const write = process.argv.includes('--write');
mkdirSync(folder, { recursive: true });
const stale = Object.entries(editorSchemas()).filter(([name, text]) => {
  const file = path.join(folder, name);
  if (write) writeFileSync(file, text);
  try {
    return readFileSync(file, 'utf8') !== text;
  } catch {
    return true;
  }
});
for (const [name] of stale)
  console.error(`assets/schemas/${name} is not what the program says: run node scripts/schemas.ts --write`);
process.exit(stale.length === 0 ? 0 : 1);
