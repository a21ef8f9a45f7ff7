import type { DecidedHold, EpochMs, Hold, HoldDecision, Now } from '../api.ts';

/** Two holds of a bad day: a gateway contradicts itself, and another one is silent. */
export const heldAt = (at: EpochMs): readonly Hold[] => {
  const scope = { kind: 'partition', source: 'usage', partition: 0 } as const;
  const waits = { what: 'frontier', source: 'usage', upTo: at - 320_000 } as const;
  return [
    {
      id: 1, reason: 'contradiction', since: at - 300_000, producer: 'gateway-1', evidence: "sequence 7 of epoch 3 of 'gateway-1' came with another content", scope,
      waits: { ...waits, messages: 1 }, choices: ['wait', 'accept', 'discard', 'declare-lost', 'proceed'],
    },
    { id: 2, reason: 'silent', since: at - 120_000, producer: 'gateway-3', evidence: "nothing has come from 'gateway-3'", scope, waits: { ...waits, messages: 0 }, choices: ['wait', 'declare-lost', 'proceed'] },
  ];
};

/** What waits in a fixture's world, and what was decided there. */
export class FixtureHolds {
  #open: readonly Hold[];
  #decided: readonly DecidedHold[] = [];

  constructor(open: readonly Hold[]) {
    this.#open = open;
  }

  told(): Pick<Now, 'holds' | 'decided'> {
    return { holds: this.#open, decided: this.#decided };
  }

  /** Whether there is such a hold; then it is decided. */
  decide(id: number, { choice, by, reason: because }: HoldDecision, at: EpochMs): boolean {
    const hold = this.#open.find((one) => one.id === id);
    if (hold === undefined) return false;
    const { reason, producer, evidence } = hold;
    this.#open = this.#open.filter((one) => one !== hold);
    this.#decided = [{ hold: id, at, reason, producer, evidence, choice, by, credential: 'console session', because }, ...this.#decided];
    return true;
  }
}
