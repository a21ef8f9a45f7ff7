import type { RequestId } from '../domain/names.ts';

/** A whole answer, as it can be sent again. */
export type Answer = {
  readonly request: RequestId;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
};

/** What an answer costs in memory beside its body, roughly. */
const overheadBytes = 1_024;

type Kept = { readonly answer: Answer; readonly until: number };

/** Answers kept in memory for a while, so that a repeated call gets the same one; the longest unused go first. */
export class KeptAnswers {
  readonly #bytesMax: number;
  readonly #msMax: number;
  readonly #monotonicMs: () => number;
  /** Oldest use first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(bytesMax: number, msMax: number, monotonicMs: () => number) {
    this.#bytesMax = bytesMax;
    this.#msMax = msMax;
    this.#monotonicMs = monotonicMs;
  }

  /** How much memory they take, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Answer | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (kept.until <= this.#monotonicMs()) return void this.#drop(key, kept);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.answer;
  }

  keep(key: string, answer: Answer): void {
    const before = this.#kept.get(key);
    if (before !== undefined) this.#drop(key, before);
    this.#kept.set(key, { answer, until: this.#monotonicMs() + this.#msMax });
    this.#bytes += answer.body.length + overheadBytes;
    for (const [oldest, kept] of this.#kept) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#drop(oldest, kept);
    }
  }

  /** Those whose time is over go, whether somebody asks for them or not. */
  sweep(): void {
    const now = this.#monotonicMs();
    for (const [key, kept] of this.#kept) if (kept.until <= now) this.#drop(key, kept);
  }

  #drop(key: string, { answer }: Kept): void {
    this.#kept.delete(key);
    this.#bytes -= answer.body.length + overheadBytes;
  }
}
