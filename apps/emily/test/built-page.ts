import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from '../src/console/dev/build-page.ts';

const folder = fileURLToPath(new URL('../dist/console', import.meta.url));

/** The built page of the console. `npm test` and `npm start` have built it; else it is built now. */
export async function builtPage(): Promise<string> {
  if (!existsSync(join(folder, 'index.html'))) await buildPage(folder);
  return folder;
}
