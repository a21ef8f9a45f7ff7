import type { EvidenceName } from '../../time/evidence.ts';
import { type Recorded, united } from './recorded.ts';

/** merge: the facts in the order of the recording; of one action, in the order of the inputs. */
export function merged<T>(...streams: readonly Recorded<T>[]): Recorded<T> {
  const frontiers = streams.map(() => -1);
  const evidence = streams.map((): readonly EvidenceName[] => []);
  const out: Recorded<T>[number][] = [];
  let frontier = -1;
  let known: readonly EvidenceName[] = [];
  /** When an input moved, and this has not: what it rests on may be something else where it stands. */
  let stirred: number | undefined;
  const step = (at: number): void => {
    frontier = Math.min(...frontiers);
    known = united(evidence);
    out.push({ kind: 'step', at, to: frontier, evidence: known });
  };
  const rest = (): void => {
    if (stirred !== undefined && frontier >= 0 && united(evidence).join() !== known.join()) step(stirred);
    stirred = undefined;
  };
  const entries = streams.flatMap((stream, input) => stream.map((entry) => ({ input, entry })));
  for (const { input, entry } of entries.toSorted((a, b) => a.entry.at - b.entry.at)) {
    if (entry.kind === 'fact' || entry.at !== stirred) rest();
    if (entry.kind === 'fact') {
      out.push(entry);
      continue;
    }
    frontiers[input] = entry.to;
    evidence[input] = entry.evidence;
    stirred = entry.at;
    if (Math.min(...frontiers) <= frontier) continue;
    step(entry.at);
    stirred = undefined;
  }
  rest();
  return out;
}
