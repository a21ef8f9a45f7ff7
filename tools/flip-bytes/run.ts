import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFullStore } from '../../packages/millrace/src/testing/fixture-full-store.ts';
import { Damager, damaged, drawer } from './damage.ts';
import { REWIND } from './judge.ts';
import { Judging } from './judging.ts';
import { classesOf } from './regions.ts';
import { Tally, type Undamaged, outcomeOf } from './tally.ts';

/** Few enough that what its sinks do not take does not stop it. */
const COMMITS = 6;
const COMMITS_BEFORE = 4;

export interface Run {
  readonly tally: Tally;
  /** How many classes of bytes there are. */
  readonly classes: number;
}

/** Damages copies of a store so many times, and has each judged. `say` is told of every violation. */
export async function flipBytes({ seed, flips }: { readonly seed: number; readonly flips: number }, say: (line: string) => void): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-flips-'));
  const judging = new Judging();
  try {
    const [store, before, copy] = [join(folder, 'store'), join(folder, 'before'), join(folder, 'copy')];
    await makeFullStore(before, COMMITS_BEFORE, { rewind: REWIND });
    cpSync(before, store, { recursive: true });
    await makeFullStore(store, COMMITS, { from: COMMITS_BEFORE, rewind: REWIND });
    const undamaged = await sameTwice(judging, store, copy);
    const damager = new Damager(store, before, classesOf(store), drawer(seed));
    const tally = new Tally();
    for (let n = 0; n < flips; n += 1) {
      const damage = damager.draw();
      damaged(store, copy, damage);
      const { outcome, why } = outcomeOf(await judging.judge(copy), undamaged);
      tally.add(damage.class, outcome);
      if (outcome === 'violation') say(`flip ${n} of seed ${seed}: ${damage.how} at ${damage.at} of ${damage.file} (${damage.class}): ${why}`);
    }
    return { tally, classes: damager.names.length };
  } finally {
    judging.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the undamaged store says; it must be nothing but that. */
async function sameTwice(judging: Judging, store: string, copy: string): Promise<Undamaged> {
  const verdicts: Undamaged[] = [];
  for (let n = 0; n < 2; n += 1) {
    damaged(store, copy, undefined);
    const judgement = await judging.judge(copy);
    if ('ended' in judgement || judgement.engine.kind !== 'ran' || judgement.found.length + judgement.foundAfter.length > 0) throw new Error(`the undamaged store is refused: ${JSON.stringify(judgement).slice(0, 1000)}`);
    verdicts.push(judgement.engine);
  }
  const [first, second] = verdicts as [Undamaged, Undamaged];
  if (first.before !== second.before || first.after !== second.after) throw new Error('the undamaged store says two things');
  return first;
}
