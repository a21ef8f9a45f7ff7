import type { Answer } from '../answer.ts';
import { disorderMs, type MeteringEvent } from '../metering.ts';

const windowMs = 60_000;
const rememberedMs = 600_000;
const modelsMax = 32;

type Usage = { requests: number; tokensIn: number; tokensOut: number };

/** Each request once: its tokens by tenant, model and minute. */
export function m1(source: Iterable<readonly MeteringEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  let newest = 0;

  // Ids of this generation and of the one before: each is remembered for one generation at least.
  let seen = new Set<string>();
  let seenBefore = new Set<string>();
  let generationEnd = 0;

  const windows = new Map<number, Map<number, Usage>>();
  let firstEnd = Infinity;

  const closeUpTo = (watermark: number): void => {
    firstEnd = Infinity;
    for (const [end, usages] of windows) {
      if (end > watermark) {
        firstEnd = Math.min(firstEnd, end);
        continue;
      }
      for (const usage of usages.values()) {
        rows++;
        checksum += usage.tokensIn + usage.tokensOut;
      }
      windows.delete(end);
    }
  };

  for (const batch of source) {
    for (const event of batch) {
      if (event.time > newest) {
        newest = event.time;
        if (newest >= generationEnd) {
          seenBefore = seen;
          seen = new Set();
          generationEnd = (Math.floor(newest / rememberedMs) + 1) * rememberedMs;
        }
        if (newest - disorderMs >= firstEnd) closeUpTo(newest - disorderMs);
      }

      if (seen.has(event.id) || seenBefore.has(event.id)) continue;
      seen.add(event.id);

      const end = (Math.floor(event.time / windowMs) + 1) * windowMs;
      let usages = windows.get(end);
      if (usages === undefined) {
        usages = new Map();
        windows.set(end, usages);
        firstEnd = Math.min(firstEnd, end);
      }
      const key = event.tenant * modelsMax + event.model;
      const usage = usages.get(key);
      if (usage === undefined) {
        usages.set(key, { requests: 1, tokensIn: event.tokensIn, tokensOut: event.tokensOut });
      } else {
        usage.requests++;
        usage.tokensIn += event.tokensIn;
        usage.tokensOut += event.tokensOut;
      }
    }
  }
  closeUpTo(Infinity);
  return { rows, checksum };
}
