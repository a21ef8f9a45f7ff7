import type { Chance } from './chance.ts';
import { type Fault, FaultTally } from './faults.ts';

/** A fault befalls a run at one of so many occasions of its class: so that each comes once or a few times in a run of a hundred events. */
const OFTEN: { readonly [F in Fault]: number } = {
  kill: 60,
  'kill at a write': 300,
  'kill after a commit': 50,
  'kill in recovery': 60,
  restart: 80,
  'disk full': 500,
  'sync failed': 60,
  'sync unknown': 60,
  'slow disk': 40,
  'slow source': 20,
  'source failed': 60,
  duplicate: 8,
  reordered: 3,
  late: 60,
  'clock step': 60,
  frozen: 60,
  'slow sink': 5,
  'sink failed': 8,
};

/** What befalls the input, before the run begins. It is no end of it that a program gets over. */
const OF_INPUT: ReadonlySet<Fault> = new Set(['duplicate', 'reordered', 'late']);

/**
 * What befalls a run. Of the classes that are switched on each has its own chance, and what happens is told.
 *
 * Once the world is healed nothing goes wrong any more, so that the program must come to its end.
 */
export class Fortune {
  readonly tally: FaultTally = new FaultTally();
  readonly #chances: ReadonlyMap<Fault, Chance>;
  readonly #tell: (line: string) => void;
  /** How many faults may still happen. */
  #left: number;

  constructor(chance: Chance, on: ReadonlySet<Fault>, most: number, tell: (line: string) => void) {
    this.#chances = new Map([...on].map((fault) => [fault, chance.branch(fault)]));
    this.#left = most;
    this.#tell = tell;
  }

  /** Whether this happens now. */
  strikes(fault: Fault): boolean {
    const chance = this.#chances.get(fault);
    const isOfInput = OF_INPUT.has(fault);
    if (chance === undefined || (this.#left === 0 && !isOfInput) || !chance.oneIn(OFTEN[fault])) return false;
    this.tally.add(fault);
    if (isOfInput) return true;
    this.#left -= 1;
    this.#tell(fault);
    return true;
  }

  /** How much of it; of a fault that has just happened. */
  amount(fault: Fault, least: number, most: number): number {
    return (this.#chances.get(fault) as Chance).between(least, most);
  }
}
