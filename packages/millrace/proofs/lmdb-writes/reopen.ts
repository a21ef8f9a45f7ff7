import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lmdbBackend } from '../../src/port/lmdb-backend.ts';
import { Chance } from '../../src/testing/simulate/chance.ts';
import { contentOf } from './content.ts';
import { type Image, imagesOf } from './images.ts';
import { stepsOf } from './trace.ts';

/*
 * node reopen.ts TRACE FOLDER SEED: opens every image that the trace may have left on a disk, and says in one line what
 * it found. A process of its own: a signal would be what is looked for.
 */

const KEY_MIN = Uint8Array.of(0);
const KEY_MAX = Uint8Array.of(0xff);
const PROBLEMS_MAX = 5;

const [trace = '', folder = '', seed = ''] = process.argv.slice(2);
const counts: Record<Image['kind'], number> = { prefix: 0, lost: 0, reordered: 0, torn: 0 };
const problems: string[] = [];
let n = 0;
for (const image of imagesOf(stepsOf(readFileSync(trace, 'latin1')), new Chance(Number(seed)))) {
  if (problems.length === PROBLEMS_MAX) break;
  counts[image.kind] += 1;
  n += 1;
  const found = reopened(image);
  if (!image.allowed.has(found)) problems.push(`image ${n}, ${image.kind}: ${found}, expected one of ${[...image.allowed].join(', ')}`);
}
console.log(JSON.stringify({ counts, problems }));

/** What the store has when it is opened, and when it is opened again after a commit. */
function reopened({ data, isMarked }: Image): string {
  const path = join(folder, 'image');
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  if (data !== undefined) writeFileSync(join(path, 'data.mdb'), data);
  if (isMarked) writeFileSync(join(path, 'has-data'), '');
  try {
    const store = lmdbBackend(path);
    const found = contentOf(store.range(KEY_MIN, KEY_MAX));
    // What it goes on with is whole as well: the pages that it takes are free.
    store.transact((txn) => txn.put(KEY_MIN, new Uint8Array(1)));
    store.transact((txn) => txn.delete(KEY_MIN));
    store.close();
    const again = lmdbBackend(path);
    const after = contentOf(again.range(KEY_MIN, KEY_MAX));
    again.close();
    return after === found ? found : `${found}, and ${after} after a commit`;
  } catch (error) {
    return (error as Error).message;
  }
}
