import type { Answer } from '../answer.ts';
import type { NexmarkEvent } from '../nexmark.ts';

/** Every bid. */
export function q0(source: Iterable<readonly NexmarkEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  for (const batch of source) {
    for (const event of batch) {
      if (event.kind !== 'bid') continue;
      rows++;
      checksum += event.price;
    }
  }
  return { rows, checksum };
}
