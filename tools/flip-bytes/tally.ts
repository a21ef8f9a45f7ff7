import type { Judgement } from './judging.ts';
import type { EngineVerdict, Verdict } from './judge.ts';

/**
 * What a damage came to.
 *
 * - named: the engine refuses it with an error of the catalogue, and fsck finds it;
 * - found: the engine says what it says of the undamaged store, and fsck finds it;
 * - harmless: the engine says the same, and fsck finds nothing;
 * - violation: anything else.
 */
export type Outcome = 'named' | 'found' | 'harmless' | 'violation';

/** What the undamaged store says. */
export type Undamaged = Extract<EngineVerdict, { kind: 'ran' }>;

export function outcomeOf(judgement: Judgement, undamaged: Undamaged): { readonly outcome: Outcome; readonly why: string } {
  if ('ended' in judgement) return { outcome: 'violation', why: `the process ended with ${judgement.ended}` };
  const { engine, found } = judgement;
  if (engine.kind === 'failed') return { outcome: 'violation', why: `an error without a name: ${engine.message}` };
  if (engine.kind === 'refused') return found.length > 0 ? { outcome: 'named', why: engine.code } : { outcome: 'violation', why: `the engine says ${engine.code} (${engine.message}), and fsck finds nothing` };
  return ranOutcome(engine, judgement, undamaged);
}

function ranOutcome({ before, after }: Undamaged, { found, foundAfter }: Verdict, undamaged: Undamaged): { readonly outcome: Outcome; readonly why: string } {
  const other = before !== undamaged.before ? differenceOf(before, undamaged.before) : after !== undamaged.after ? `afterwards ${differenceOf(after, undamaged.after)}` : undefined;
  if (other !== undefined) return { outcome: 'violation', why: `the engine says something else (fsck finds ${found.length}): ${other}` };
  if (found.length === 0 && foundAfter.length > 0) return { outcome: 'violation', why: `fsck finds ${foundAfter.join(', ')} only after the engine has gone on` };
  return found.length > 0 ? { outcome: 'found', why: found[0] as string } : { outcome: 'harmless', why: '' };
}

const AROUND = 60;

function differenceOf(actual: string, expected: string): string {
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at += 1;
  const from = Math.max(0, at - AROUND);
  return `…${actual.slice(from, at + AROUND)}… where it said …${expected.slice(from, at + AROUND)}…`;
}

/** How often each class came to what. */
export class Tally {
  readonly #classes = new Map<string, Map<Outcome, number>>();
  violations = 0;

  add(name: string, outcome: Outcome): void {
    const counts = this.#classes.get(name) ?? new Map<Outcome, number>();
    this.#classes.set(name, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
    if (outcome === 'violation') this.violations += 1;
  }

  facts(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    return Object.fromEntries([...this.#classes].toSorted().map(([name, counts]) => [name, Object.fromEntries(counts)]));
  }

  /** A line for each class. */
  table(): string {
    const outcomes: readonly Outcome[] = ['named', 'found', 'harmless', 'violation'];
    const rows = [['class', ...outcomes], ...[...this.#classes].toSorted().map(([name, counts]) => [name, ...outcomes.map((one) => String(counts.get(one) ?? 0))])];
    return rows.map(([name = '', ...cells]) => `${name.padEnd(28)}${cells.map((cell) => cell.padStart(11)).join('')}\n`).join('');
  }
}
