// npm run contract -- [folder]: replays recordings of a real Proxmox VE against the simulator.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { judgeFolder, ownFolder } from './judge.ts';

const folder = process.argv[2] === undefined ? ownFolder : path.resolve(process.argv[2]);
if (!existsSync(folder)) {
  process.stderr.write(`There is no folder ${folder}.\n`);
  process.exit(1);
}
const mayDiffer = 8;
const counts = { agrees: 0, differs: 0, 'not-handled': 0 };
for await (const verdict of judgeFolder(folder)) {
  counts[verdict.verdict] += 1;
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
}
process.stdout.write(`${counts.agrees} agree, ${counts.differs} differ, ${counts['not-handled']} not handled\n`);
process.exitCode = counts.differs > mayDiffer ? 1 : 0;
