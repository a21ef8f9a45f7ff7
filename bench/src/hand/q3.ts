import type { Answer } from '../answer.ts';
import type { NexmarkEvent, Person } from '../nexmark.ts';

const states: ReadonlySet<string> = new Set(Array.from({ length: 10 }, (_, state) => 'S' + state));
const category = 10;

/** The auctions of one category with their sellers from ten states, whichever of the two comes first. */
export function q3(source: Iterable<readonly NexmarkEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  const persons = new Map<number, Person>();
  /** The numbers of the auctions, by seller: of an auction the row holds nothing else. */
  const auctions = new Map<number, number[]>();

  const emit = (_seller: Person, auction: number): void => {
    rows++;
    checksum += auction;
  };

  for (const batch of source) {
    for (const event of batch) {
      if (event.kind === 'bid') continue;
      if (event.kind === 'person') {
        if (!states.has(event.state)) continue;
        persons.set(event.id, event);
        for (const auction of auctions.get(event.id) ?? []) emit(event, auction);
      } else if (event.category === category) {
        const ofSeller = auctions.get(event.seller);
        if (ofSeller === undefined) auctions.set(event.seller, [event.id]);
        else ofSeller.push(event.id);
        const seller = persons.get(event.seller);
        if (seller !== undefined) emit(seller, event.id);
      }
    }
  }
  return { rows, checksum };
}
