import type { RequestId } from '../domain/names.ts';
import type { Progress } from '../domain/usage-fact.ts';
import type { EngineUsage } from './engine-usage.ts';
import type { FactWriter } from './fact-writer.ts';
import type { AdmissionTimes } from './stamps.ts';

/**
 * How often the counts of open streams are written, in ms. What a stream that dies with its gateway is not billed for
 * came since the last were taken that are durable: this long and as long as the log took, together at most 100 ms.
 */
export const PROGRESS_EVERY_MS = 50;
/** Where the log takes longer than that for them, streams wait for it, in ms. */
export const PROGRESS_LATE_MS = 30;
/** So that the newest counts are never far from the end of the log, they are written again where nothing moves. */
export const PROGRESS_AT_LEAST_EVERY_MS = 1_000;

/**
 * The streams of a gateway that are open, and what of them has been delivered, told to the log.
 *
 * - One fact has the counts of all of them, so that the last one of a life is all that need be known of it.
 * - While the log is late with it, nothing more is delivered: or more than a moment would not be billed.
 * - A stream without a count is not in it: nothing of it could be billed.
 */
export class OpenStreams {
  readonly #facts: Pick<FactWriter, 'write'>;
  readonly #times: AdmissionTimes;
  readonly #streams = new Map<RequestId, () => EngineUsage | undefined>();
  #said = '';
  #unsaidMs = 0;
  #writing: Promise<void> | undefined;
  #isLate = false;

  constructor(facts: Pick<FactWriter, 'write'>, times: AdmissionTimes) {
    this.#facts = facts;
    this.#times = times;
  }

  begin(id: RequestId, delivered: () => EngineUsage | undefined): void {
    this.#streams.set(id, delivered);
  }

  end(id: RequestId): void {
    this.#streams.delete(id);
  }

  /** Resolves when the log has kept up; undefined where it has. */
  keptUp(): Promise<void> | undefined {
    return this.#isLate ? this.#writing : undefined;
  }

  /** Begins to tell; what it returns ends that. */
  start(): () => void {
    const timer = setInterval(() => this.#beat(), PROGRESS_EVERY_MS);
    timer.unref();
    return () => clearInterval(timer);
  }

  #beat(): void {
    this.#unsaidMs += PROGRESS_EVERY_MS;
    // A log that is slower than that has the newest counts when it comes to them.
    if (this.#writing !== undefined || this.#streams.size === 0) return;
    const streams = this.#counts();
    const text = JSON.stringify(streams);
    if (streams.length === 0 || (text === this.#said && this.#unsaidMs < PROGRESS_AT_LEAST_EVERY_MS)) return;
    this.#said = text;
    this.#unsaidMs = 0;
    this.#writing = this.#write(streams);
  }

  async #write(streams: Progress['streams']): Promise<void> {
    const late = setTimeout(() => void (this.#isLate = true), PROGRESS_LATE_MS);
    try {
      await this.#facts.write({ kind: 'progress', admittedAt: this.#times.promise(), streams });
    } catch {
      this.#said = ''; // Counts that the log refuses are said again.
    } finally {
      clearTimeout(late);
      this.#isLate = false;
      this.#writing = undefined;
    }
  }

  #counts(): Progress['streams'] {
    const counts: (readonly [RequestId, number, number, number])[] = [];
    for (const [id, delivered] of this.#streams) {
      const usage = delivered();
      if (usage !== undefined) counts.push([id, usage.inputTokens, usage.cachedInputTokens, usage.outputTokens]);
    }
    return counts;
  }
}
