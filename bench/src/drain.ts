import type { Answer } from './answer.ts';

/** Looks at each event and does nothing else: what making the events costs. */
export function drain<E>(source: Iterable<readonly E[]>, look: (event: E) => number): Answer {
  let rows = 0;
  let checksum = 0;
  for (const batch of source) {
    for (const event of batch) {
      rows++;
      checksum += look(event);
    }
  }
  return { rows, checksum };
}
