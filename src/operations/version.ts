import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { productFolder } from '../config/paths.ts';
import { operation } from './operation.ts';

const packageFile = z.object({ version: z.string() });

/** Returns the version of the program, from its package.json. */
export const productVersion = async (): Promise<string> =>
  packageFile.parse(JSON.parse(await readFile(path.join(productFolder(), 'package.json'), 'utf8'))).version;

/** Shows the versions of the program and of what it runs on. */
export const showVersion = operation({
  name: 'version',
  summary: 'Show the versions of Proxdeck and Node',
  risk: 'read',
  input: z.object({}),
  async *run() {
    return {
      proxdeck: await productVersion(),
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    };
  },
});
