import { errors } from '../error.ts';
import type { Clock } from '../port/clock.ts';
import { reasonOf } from '../reason.ts';
import type { PartitionMeta } from '../store/meta.ts';
import type { DecisionRecord } from '../task/decision.ts';
import type { Feed } from '../task/feed.ts';
import type { Reader } from '../task/source.ts';
import type { Task } from '../task/task.ts';
import { END } from '../time/frontier.ts';

/** A partition that is read once more, up to where it had been read. */
export interface Lane {
  readonly feed: Feed;
  readonly reader: Reader<unknown>;
  readonly stored: PartitionMeta;
  /** Its place among all partitions of the program that wrote the decisions. */
  readonly at: number;
}

export interface Past {
  readonly task: Task;
  readonly lanes: readonly Lane[];
  /** What clocks had decided on these partitions, oldest first. */
  readonly decisions: Iterable<DecisionRecord>;
  readonly clock: Clock;
  /** So many records are in a commit. */
  readonly everyRecords: number;
  /** When it was, for who asks the task's clock. */
  readonly isAt: (clock: number) => void;
}

const BATCH_ROWS_MAX = 512;
/** How many batches are counted before the rest of the process has its turn. */
const BATCHES_PER_TURN = 4;

/**
 * Gives a task what a program had taken so far, and commits it: records in the order of the frontiers, what clocks had
 * decided where in the input they had, and in the end the frontiers as they stood. Undefined, or why it cannot be.
 */
export async function replayed(past: Past): Promise<string | undefined> {
  const { task, lanes, decisions, isAt } = past;
  const ends = lanes.map(({ stored }) => stored.offset);
  const reading = new Reading(past);
  for (const { source, partition, at, clock, decision } of decisions) {
    const lane = lanes.find(({ feed }) => feed.source === source && feed.partition === partition);
    if (lane === undefined) continue;
    const problem = await reading.upTo(lanes.map((one, i) => Math.min(ends[i] as number, at[one.at] ?? 0)));
    if (problem !== undefined) return problem;
    isAt(clock);
    if (!lane.feed.ended) task.decide(lane.feed, decision);
  }
  const problem = await reading.upTo(ends);
  if (problem !== undefined) return problem;
  for (const { feed, stored } of lanes) {
    if (stored.ended && !feed.ended) task.end(feed);
    const frontier = stored.frontier ?? END;
    if (feed.frontier.value > frontier) return `source '${feed.source}' would be complete up to ${feed.frontier.value}, and was up to ${frontier}`;
  }
  for (const { feed, stored } of lanes) {
    const frontier = stored.frontier ?? END;
    if (feed.frontier.value < frontier) feed.promise(frontier, stored.evidence);
  }
  task.commit(new Map());
  return undefined;
}

class Reading {
  readonly #past: Past;
  #batches = 0;
  /** Since the last commit. */
  #records = 0;

  constructor(past: Past) {
    this.#past = past;
  }

  /** Reads so many records of each partition, of the one with the least frontier first. */
  async upTo(offsets: readonly number[]): Promise<string | undefined> {
    const { task, lanes, clock, everyRecords, isAt } = this.#past;
    const limits = new Map(lanes.map((lane, i) => [lane, offsets[i] as number]));
    for (;;) {
      const left = lanes.filter((lane) => lane.feed.offset < (limits.get(lane) as number));
      const [first, ...others] = left;
      if (first === undefined) return undefined;
      const least = others.reduce((one, other) => (other.feed.frontier.value < one.feed.frontier.value ? other : one), first);
      const { feed, reader, stored } = least;
      if (feed.holds.isStopped) return `source '${feed.source}' would be held at record ${feed.offset}`;
      const batch = await this.#read(reader, feed.source, Math.min(BATCH_ROWS_MAX, everyRecords - this.#records, (limits.get(least) as number) - feed.offset));
      if (batch === 'ended') return `source '${feed.source}' has ${feed.offset} records, and had ${stored.offset}`;
      isAt(batch.arrival);
      task.take(feed, batch);
      this.#records += 'bad' in batch ? 1 : batch.rows.length;
      // Its end comes where it came: whoever waited for it goes on.
      if (stored.ended && feed.offset >= stored.offset && !feed.ended) task.end(feed);
      if (this.#records >= everyRecords) {
        task.commit(new Map());
        this.#records = 0;
      }
      this.#batches += 1;
      if (this.#batches % BATCHES_PER_TURN === 0) await clock.yield();
    }
  }

  async #read(reader: Reader<unknown>, source: string, rows: number): Promise<Exclude<ReturnType<Reader<unknown>['read']>, undefined>> {
    try {
      for (;;) {
        const batch = reader.read(Math.max(1, rows));
        if (batch !== undefined) return batch;
        await reader.ready();
      }
    } catch (error) {
      throw errors.SOURCE_FAILED({ source, reason: reasonOf(error) }, error);
    }
  }
}
