import type { Sequences } from '../time/completeness.ts';
import type { Frontier } from '../time/frontier.ts';
import type { Roster } from '../time/producers/roster.ts';
import type { Decision } from './decision.ts';

/** A numbered partition, as far as silence goes. */
interface Listening {
  readonly complete: Sequences;
  readonly roster: Roster;
  readonly frontier: Frontier;
  /** How long the source has been listened to while it had nothing to give. */
  readonly listenedMs: number;
}

/** What the clock says now, after a partition has had nothing to give. */
export function silences({ complete, roster, frontier, listenedMs }: Listening, now: number): readonly Decision[] {
  const { silentAfterMs, lostAfterMs } = complete;
  const decisions: Decision[] = [];
  let lastHeard = 0;
  for (const { name, heard, silent, state, latest } of roster.producers.values()) {
    lastHeard = Math.max(lastHeard, heard);
    if (latest === undefined || state === 'lost' || state === 'closed') continue;
    const unheardMs = listenedMs - heard;
    if (!silent && unheardMs >= silentAfterMs) decisions.push({ kind: 'silent', producer: name });
    if (unheardMs < lostAfterMs) continue;
    decisions.push({ kind: 'lost', producer: name, until: now, evidence: 'assumed', by: 'the clock', reason: `silent for ${lostAfterMs} ms` });
  }
  const to = now - silentAfterMs;
  // Who said goodbye may be back at once, in another epoch: downtime is no silence of theirs.
  const isQuiet = listenedMs - lastHeard >= silentAfterMs;
  if (decisions.length === 0 && isQuiet && roster.isDeserted && roster.holds.length === 0 && to > frontier.value) decisions.push({ kind: 'clock', to });
  return decisions;
}

/** After how much more listening `silences` may say something new; Infinity: never. */
export function silenceDueMs({ complete, roster, listenedMs }: Listening): number {
  let due = Number.POSITIVE_INFINITY;
  for (const { heard, silent, state, latest } of roster.producers.values()) {
    if (latest === undefined || state === 'lost' || state === 'closed') continue;
    due = Math.min(due, heard + (silent ? complete.lostAfterMs : complete.silentAfterMs) - listenedMs);
  }
  return due;
}
