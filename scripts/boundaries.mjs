// Import boundaries from one table: docs/architecture.md draws the same picture.
// Every import counts: static, type-only, re-export and import().
import { readFileSync, globSync } from 'node:fs';
import path from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

const operationsMay = [
  'src/inventory',
  'src/proxmox',
  'src/state',
  'src/config',
  'src/simulator',
  'src/stacks',
  'src/workspace',
  'generators',
  'src/models',
];
const mayImport = {
  components: ['src/models'],
  generators: ['src/models'],
  screens: ['components', 'src/ui', 'src/operations', 'src/inventory', 'src/models'],
  'src/main.ts': ['src/faces', 'src/ui', 'src/config', 'src/models'],
  'src/faces': ['screens', 'components', 'src/ui', 'src/simulator', ...operationsMay, 'src/operations'],
  'src/ui': ['components', 'src/operations', ...operationsMay],
  'src/operations': operationsMay,
  'src/inventory': ['src/proxmox', 'src/state', 'src/models'],
  'src/proxmox': ['src/models'],
  'src/state': ['src/models'],
  'src/config': ['src/models'],
  'src/simulator': ['src/models', 'src/config'],
  // What a stack is, and where its files lie.
  'src/workspace': ['src/state', 'src/config', 'src/models', 'generators'],
  'src/stacks': ['src/workspace', 'src/state', 'src/config', 'src/models', 'generators'],
  'src/models': [],
};
const pureRooms = { components: ['react', 'ink', '@inkjs/ui', 'string-width'], generators: ['yaml'] };

const roomOf = (file) => {
  const parts = file.split('/');
  return parts[0] === 'src' ? parts.slice(0, 2).join('/') : parts[0];
};

let bad = 0;
const complain = (file, message) => {
  bad += 1;
  console.log(`${file}: ${message}`);
};

for (const file of globSync('{src,screens,components,generators}/**/*.{ts,tsx}')) {
  const from = roomOf(file);
  const { program, errors } = parseSync(file, readFileSync(file, 'utf8'));
  if (errors.length > 0) complain(file, `cannot be parsed: ${errors[0].message}`);
  const specifiers = [];
  const take = (node) => {
    if (typeof node.source?.value === 'string') specifiers.push(node.source.value);
  };
  new Visitor({
    ImportDeclaration: take,
    ExportNamedDeclaration: take,
    ExportAllDeclaration: take,
    ImportExpression: take,
    TSImportType: take,
  }).visit(program);
  for (const specifier of specifiers) {
    if (!specifier.startsWith('.')) {
      const allowed = pureRooms[from];
      const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0];
      if (allowed && !allowed.includes(name)) complain(file, `${from} may not import ${specifier}`);
      continue;
    }
    const to = roomOf(path.posix.join(path.dirname(file), specifier));
    if (to === from) continue;
    const allowed = mayImport[from];
    if (!allowed) complain(file, `${from} is not a room of the table`);
    else if (!allowed.includes(to)) complain(file, `${from} may not import ${to} (${specifier})`);
  }
}
process.exit(bad === 0 ? 0 : 1);
