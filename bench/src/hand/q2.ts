import type { Answer } from '../answer.ts';
import type { NexmarkEvent } from '../nexmark.ts';

/** The bids on every 123rd auction. */
export function q2(source: Iterable<readonly NexmarkEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  for (const batch of source) {
    for (const event of batch) {
      if (event.kind !== 'bid' || event.auction % 123 !== 0) continue;
      rows++;
      checksum += event.auction;
    }
  }
  return { rows, checksum };
}
