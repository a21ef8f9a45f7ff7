import type { Output } from '../operator/operator.ts';
import { Feed } from '../task/feed.ts';
import { Intake } from '../task/intake.ts';
import { NumberedFeed } from '../task/numbered-feed.ts';
import type { Host } from '../task/runtime.ts';
import type { Frontier } from '../time/frontier.ts';
import type { SourceNode } from './node.ts';
import { throwerOf } from './watched.ts';

/** The feeds of a source, one for each partition, whose frontiers these are. */
export function feedsOf(node: SourceNode, partitions: readonly Frontier[], next: Output<unknown>, host: Host): readonly Feed[] {
  return partitions.map((frontier, partition) => {
    const { name: source, time, complete } = node;
    const intake = node.intake === undefined ? undefined : new Intake(node.intake);
    const maxAheadMs = host.anyTime ? Number.POSITIVE_INFINITY : node.maxAheadMs;
    // Nobody decides on a batch: what throws is bad.
    const policy = { book: host.holds, onThrow: host.batch ? ('bad' as const) : node.onThrow, onBad: host.batch ? undefined : node.onBad, poisonedRows: host.poisoned, thrower: throwerOf };
    const shape = { source, partition, time, intake, maxAheadMs, maxLeadMs: node.maxLeadMs, frontier, next, bad: host.bad, settler: host.settler, policy };
    // Where nothing is late, and where events of any time are taken, the clock has no say.
    const never = Number.POSITIVE_INFINITY;
    const isDeaf = host.anyTime || host.batch;
    if (complete.kind === 'sequences') {
      const deaf = { silentAfterMs: never, lostAfterMs: never };
      const rules = isDeaf ? { ...complete, ...deaf } : complete;
      return new NumberedFeed({ ...shape, boundMs: 0, idleAfterMs: never, complete: rules, isStill: host.batch, decided: host.decided }, host.moment);
    }
    const boundMs = host.batch ? never : complete.boundMs;
    return new Feed({ ...shape, boundMs, idleAfterMs: isDeaf ? never : complete.idleAfterMs }, host.moment);
  });
}
