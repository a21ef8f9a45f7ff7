import type { Answer } from './answer.ts';
import { expectedAnswers } from './expected-answers.ts';
import type { Measured } from './measure.ts';
import type { QueryName } from './workload.ts';

/** The runs of one side, as one: the run with the least CPU time stands for all. */
export type Figures = Measured & {
  readonly eventsPerSecond: number;
  /** How much more CPU time the worst run took than the best; 0.1 is a tenth more. */
  readonly spread: number;
};

export function figures(events: number, runs: readonly Measured[]): Figures {
  const byCpu = runs.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds);
  const [best, worst] = [byCpu[0], byCpu.at(-1)];
  if (best === undefined || worst === undefined) throw new Error('expected at least one run, came none');
  return {
    ...best,
    eventsPerSecond: Math.round(events / best.seconds),
    spread: worst.cpuSeconds / best.cpuSeconds - 1,
  };
}

/** How fast `side` is beside `other`, by CPU time: above 1 it takes less. */
export function ratio(other: Figures, side: Figures): number {
  return Math.round(other.cpuSeconds / side.cpuSeconds * 1e6) / 1e6;
}

/** One sentence for each answer that is not what the specification, or the first of the answers, says. */
export function disagreements(
  query: QueryName,
  events: number,
  answers: readonly (Answer & { readonly by: string })[],
): string[] {
  const specified = expectedAnswers[query].get(events);
  const [reference] = specified === undefined ? answers : [{ ...specified, by: 'the specification' }];
  if (reference === undefined) return [];
  return [...new Set(answers
    .filter((answer) => answer.rows !== reference.rows || answer.checksum !== reference.checksum)
    .map((answer) => `${query} of ${events} events: expected ${said(reference)} as ${reference.by} says, `
      + `came ${said(answer)} from ${answer.by}`))];
}

function said({ rows, checksum }: Answer): string {
  return `${rows} rows with checksum ${checksum}`;
}
