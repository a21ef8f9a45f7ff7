import type { EvidenceName } from '../../time/evidence.ts';
import { type Recorded, united } from './recorded.ts';

const isProof = (evidence: readonly EvidenceName[]): boolean => evidence.length > 0 && evidence.every((name) => name === 'proved' || name === 'ended');

/** merge: the facts in the order of the recording; of one action, in the order of the inputs. */
export function merged<T>(...streams: readonly Recorded<T>[]): Recorded<T> {
  const frontiers = streams.map(() => -1);
  const evidence = streams.map((): readonly EvidenceName[] => []);
  const out: Recorded<T>[number][] = [];
  let frontier = -1;
  let known: readonly EvidenceName[] = [];
  const entries = streams.flatMap((stream, input) => stream.map((entry) => ({ input, entry })));
  for (const { input, entry } of entries.toSorted((a, b) => a.entry.at - b.entry.at)) {
    if (entry.kind === 'fact') {
      out.push(entry);
      continue;
    }
    frontiers[input] = entry.to;
    evidence[input] = entry.evidence;
    const least = Math.min(...frontiers);
    // All inputs may come to rest on proof where they stand.
    const isNewlyProved = least === frontier && !isProof(known) && evidence.every(isProof);
    if (least < frontier || (least === frontier && !isNewlyProved)) continue;
    frontier = least;
    known = united(evidence);
    out.push({ kind: 'step', at: entry.at, to: least, evidence: known });
  }
  return out;
}
