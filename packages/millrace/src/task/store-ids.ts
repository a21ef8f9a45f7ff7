import type { Meta } from '../store/meta.ts';

/** Of the state in which holds are kept: the greatest there is, so that no name gets it. */
const HOLDS = 0xffff;

/** The numbers under which names are found in the store; a name keeps its number for ever. */
export class StoreIds {
  readonly #states: Map<string, number>;
  readonly #sinks: Map<string, number>;
  readonly #logs: Map<string, number>;
  readonly #stored: ReadonlySet<string>;
  readonly #rebuilt: ReadonlyMap<string, string>;

  /** `versions`: what a store that is new calls the states that begin in it, where that is said. */
  constructor(meta: Meta | undefined, versions: ReadonlyMap<string, string> = new Map()) {
    const stored = Object.entries(meta?.states ?? {}).flatMap(([name, { rebuilt }]) => (rebuilt === undefined ? [] : [[name, rebuilt] as const]));
    this.#rebuilt = meta === undefined ? versions : new Map(stored);
    this.#stored = new Set(Object.keys(meta?.logs ?? {}));
    this.#states = new Map(Object.entries(meta?.states ?? {}).map(([name, { id }]) => [name, id]));
    this.#sinks = new Map(Object.entries(meta?.sinks ?? {}).map(([name, { id }]) => [name, id]));
    this.#logs = new Map(Object.entries(meta?.logs ?? {}));
  }

  state(name: string): number {
    return numberOf(this.#states, name);
  }

  /** The version as which a state was counted anew. */
  rebuilt(name: string): string | undefined {
    return this.#rebuilt.get(name);
  }

  holds(): number {
    return HOLDS;
  }

  sink(name: string): number {
    return numberOf(this.#sinks, name);
  }

  log(name: string): number {
    return numberOf(this.#logs, name);
  }

  /** Whether a log has got its number since the store was opened: rows must not be kept under it before the store knows it. */
  get areNew(): boolean {
    for (const name of this.#logs.keys()) if (!this.#stored.has(name)) return true;
    return false;
  }

  logs(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#logs);
  }
}

const CHANGELOG = 'changelog ';

/** The name of the log in which a changelog is kept. */
export const changelogLog = (name: string): string => `${CHANGELOG}${name}`;

/** The changelogs that a store has, each with the number of its log. */
export function storedChangelogs({ logs }: Meta): ReadonlyMap<string, number> {
  return new Map(Object.entries(logs).flatMap(([name, id]) => (name.startsWith(CHANGELOG) ? [[name.slice(CHANGELOG.length), id] as const] : [])));
}

function numberOf(numbers: Map<string, number>, name: string): number {
  let number = numbers.get(name);
  if (number === undefined) {
    number = Math.max(-1, ...numbers.values()) + 1;
    numbers.set(name, number);
  }
  return number;
}
