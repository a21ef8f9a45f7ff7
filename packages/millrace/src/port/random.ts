/** Chance, as the engine meets it. */
export interface Random {
  /** A number from 0 up to, not including, 1. */
  next(): number;
}

export const systemRandom: Random = Object.freeze({ next: () => Math.random() });
