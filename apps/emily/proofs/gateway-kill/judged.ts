import { type Finished, isAdmitted, isBillable, isFinished } from '../../src/domain/usage-fact.ts';
import type { Books } from '../shared/books.ts';
import type { Seen } from './load.ts';

/** Beside the tenth of a second: its commit, and what the client's clock, in a busy process, is late. */
export const UNBILLED_MS_MAX = 250;

/** What the clients of one life saw, and when that was killed. */
export type Life = { readonly killedMs: number; readonly seen: readonly Seen[] };

export type Figures = {
  readonly admitted: number;
  readonly finished: number;
  readonly failed: number;
  readonly lost: number;
  /** Streams that died with their gateway and are billed in part. */
  readonly billedInPart: number;
  readonly unbilledTokens: number;
  /** How long before the kill the first token came that is not billed, of the worst stream. */
  readonly unbilledMsMost: number;
};

/** What was wrong, in sentences. */
export function judged(lives: readonly Life[], { facts, usage, billed }: Books): { readonly problems: readonly string[]; readonly figures: Figures } {
  const problems: string[] = [];
  const ends = facts.filter(isFinished);
  const byId = Map.groupBy(ends, ({ id }) => id as string);
  const admitted = facts.filter(isAdmitted);
  for (const { id } of admitted) if (byId.get(id)?.length !== 1) problems.push(`${id} was admitted and has ${byId.get(id)?.length ?? 0} ends; expected 1`);
  if (ends.length !== admitted.length) problems.push(`${ends.length} ends of ${admitted.length} admissions`);
  const sum = (of: (end: Finished) => number): number => ends.filter(isBillable).reduce((all, end) => all + of(end), 0);
  const charged = { requests: sum(({ units }) => units.requests), inputTokens: sum(({ units }) => units.inputTokens), outputTokens: sum(({ units }) => units.outputTokens) };
  for (const unit of ['requests', 'inputTokens', 'outputTokens'] as const) if (usage[unit] !== charged[unit]) problems.push(`${unit} of all months: expected ${charged[unit]}, came ${usage[unit]}`);
  if (billed.requests !== charged.requests) problems.push(`requests of all invoices: expected ${charged.requests}, came ${billed.requests}`);
  const gaps = lives.flatMap(({ killedMs, seen }) => seen.flatMap((one) => {
    const end = one.id === undefined ? undefined : byId.get(one.id)?.[0];
    const problem = problemOf(one, end);
    if (problem !== undefined) problems.push(problem);
    return end === undefined || one.end !== 'broken' || end.outcome !== 'lost' ? [] : [gapOf(one, end, killedMs)];
  }));
  for (const { id, ms } of gaps) if (ms > UNBILLED_MS_MAX) problems.push(`${id}: the last ${Math.round(ms)} ms before the kill are not billed; expected at most ${UNBILLED_MS_MAX}`);
  const lost = ends.filter(({ outcome }) => outcome === 'lost');
  return {
    problems,
    figures: {
      admitted: admitted.length,
      finished: ends.filter(({ outcome }) => outcome === 'completed').length,
      failed: ends.filter(({ outcome }) => outcome === 'failed').length,
      lost: lost.length,
      billedInPart: lost.filter(isBillable).length,
      unbilledTokens: gaps.reduce((all, { tokens }) => all + tokens, 0),
      unbilledMsMost: Math.round(gaps.reduce((most, { ms }) => Math.max(most, ms), 0)),
    },
  };
}

/** What a client saw whole is billed in full; of what broke, no more than it saw. */
function problemOf({ id, words, counts, end: saw }: Seen, end: Finished | undefined): string | undefined {
  if (id === undefined || (saw === 'refused' && end === undefined)) return undefined;
  if (end === undefined) return `${id} was answered, and is in no log`;
  const { outcome, units } = end;
  if (saw === 'whole') return outcome === 'completed' && units.requests === 1 && units.outputTokens === words ? undefined : `${id} was answered with ${words} words, and is ${outcome} with ${units.outputTokens}`;
  const delivered = counts.at(-1)?.[0] ?? 0;
  return outcome === 'lost' && units.outputTokens > delivered ? `${id} was billed ${units.outputTokens} tokens, and ${delivered} of them came` : undefined;
}

/** What was delivered and is not billed, and for how long before the kill. */
function gapOf({ id, counts }: Seen, { units }: Finished, killedMs: number): { readonly id: string; readonly tokens: number; readonly ms: number } {
  const unbilled = counts.filter(([tokens]) => tokens > units.outputTokens);
  return { id: id ?? '', tokens: (counts.at(-1)?.[0] ?? 0) - units.outputTokens, ms: unbilled.length === 0 ? 0 : Math.max(0, killedMs - unbilled[0]![1]) };
}
