import { isDeepStrictEqual } from 'node:util';
import type { Totals } from '../../test/recount.ts';
import type { Soaked } from './soak.ts';
import { type Sample, slope } from './watch.ts';

/** A life that is younger has not yet allocated what it needs. */
const GROWN_UP_S = 30;
/** What a request may add to what is in memory: what its idempotency key has to say for a day, and its numbers in tables. */
const RSS_BYTES_A_REQUEST_MAX = 4_000;
/** What it takes besides, however few have come. */
const RSS_MB_WITHOUT = 300;
/** With fewer it shows how a heap grows up, not what is kept. */
const REQUESTS_FOR_A_SLOPE = 50_000;
const MB = 2 ** 20;
/** What it may add on disk, indexes and free pages included. */
const DISK_BYTES_A_REQUEST_MAX = 6_000;
/** By so many the fewest that a life has open may differ between its two halves: connections come and go, and what is never closed stays. */
const HANDLES_LEFT_MAX = 20;

export type Figures = {
  /** Of lives that had grown up, against the requests that were through: what was kept for each. */
  readonly rssBytesARequest: number;
  readonly diskBytesARequest: number;
  readonly rssMbMost: number;
  readonly diskMb: number;
  readonly handles: readonly [fewest: number, most: number];
  /** The fewest that the longest life had open, in its first half and in its second. */
  readonly handlesLeft: readonly [before: number, after: number];
};

/** What was wrong, in sentences. */
export function judged({ ended, samples }: Soaked, totals: Totals): { readonly problems: readonly string[]; readonly figures: Figures } {
  const grown = samples.flatMap((life) => life.filter(({ age }) => age >= GROWN_UP_S));
  const all = samples.flat();
  const most = (of: (one: Sample) => number): number => all.reduce((max, one) => Math.max(max, of(one)), 0);
  const handles = grown.map((one) => one.handles);
  const figures: Figures = {
    rssBytesARequest: Math.round(slope(grown, ({ done }) => done, ({ rssBytes }) => rssBytes)),
    diskBytesARequest: Math.round(slope(all, ({ done }) => done, ({ diskBytes }) => diskBytes)),
    rssMbMost: Math.round(most(({ rssBytes }) => rssBytes) / MB),
    diskMb: Math.round(most(({ diskBytes }) => diskBytes) / MB),
    handles: [Math.min(...handles), Math.max(...handles)],
    handlesLeft: fewestOpen(samples),
  };
  const problems: string[] = [];
  if (ended.code !== 0) problems.push(`expected the last life to end by itself with code 0, came code ${ended.code}, signal ${ended.signal}; it said ${ended.stderr.slice(-2_000)}`);
  else {
    const { requests, inputTokens, outputTokens, perMinute } = JSON.parse(ended.stdout) as Totals;
    const found: Totals = { requests, inputTokens, outputTokens, perMinute };
    if (!isDeepStrictEqual(found, totals)) problems.push(`expected ${text(totals)}, came ${text(found)}`);
  }
  const rssMbMax = RSS_MB_WITHOUT + (totals.requests * RSS_BYTES_A_REQUEST_MAX) / MB;
  if (!(figures.rssMbMost <= rssMbMax)) problems.push(`it took ${figures.rssMbMost} MB of memory; expected at most ${Math.round(rssMbMax)}`);
  if (totals.requests >= REQUESTS_FOR_A_SLOPE && !(figures.rssBytesARequest <= RSS_BYTES_A_REQUEST_MAX)) problems.push(`memory grew by ${figures.rssBytesARequest} bytes a request; expected at most ${RSS_BYTES_A_REQUEST_MAX}`);
  if (!(figures.diskBytesARequest <= DISK_BYTES_A_REQUEST_MAX)) problems.push(`the disk took ${figures.diskBytesARequest} bytes a request; expected at most ${DISK_BYTES_A_REQUEST_MAX}`);
  const [before, after] = figures.handlesLeft;
  if (!(after - before <= HANDLES_LEFT_MAX)) problems.push(`at least ${before} files, sockets and pipes were open in the first half of a life, and at least ${after} in the second; expected at most ${HANDLES_LEFT_MAX} more`);
  return { problems, figures };
}

const fewest = (of: readonly Sample[]): number => Math.min(...of.map(({ handles }) => handles));

function fewestOpen(samples: Soaked['samples']): readonly [number, number] {
  const longest = samples.reduce((one, other) => (other.length > one.length ? other : one)).filter(({ age }) => age >= GROWN_UP_S);
  const middle = Math.ceil(longest.length / 2);
  return [fewest(longest.slice(0, middle)), fewest(longest.slice(middle))];
}

const text = ({ requests, inputTokens, outputTokens, perMinute }: Totals): string => `${requests} requests, ${inputTokens} input and ${outputTokens} output tokens in ${perMinute.length} minutes`;
