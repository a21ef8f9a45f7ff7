import { noUnits, type Asked, type Finished, type Outcome, type Provenance, type Tokens, type Units } from '../domain/usage-fact.ts';
import type { Allowance } from './allowance.ts';
import type { CallLog } from './call-log.ts';
import type { CallRequest } from './call-request.ts';
import type { CallTrace } from './call-trace.ts';
import type { Clock } from './clock.ts';
import type { EngineUsage } from './engine-usage.ts';
import type { FactWriter } from './fact-writer.ts';
import type { FairShare } from './fair-share.ts';
import type { Leases } from './leases.ts';
import type { LinkedCall } from './linked-call.ts';
import type { OpenCalls, Place } from './open-calls.ts';
import { refuse } from './refusal.ts';
import type { Replica } from './replica.ts';
import type { TokenHold } from './token-hold.ts';

export type CallParts = {
  readonly asked: Asked & Pick<Finished, 'idempotencyKey' | 'bodyHash' | 'retry'>;
  /** Its place among attempts, where its client counts them. */
  readonly link: LinkedCall | undefined;
  readonly request: CallRequest;
  readonly arrivedMs: number;
  /** Begun already; the call gives it back. */
  readonly replica: Replica;
  readonly shares: FairShare;
  readonly place: Place;
  readonly openCalls: OpenCalls;
  readonly facts: FactWriter;
  readonly log: CallLog;
  readonly trace: CallTrace;
  readonly clock: Clock;
  readonly callMsMax: number;
  /** What its budgets hold back for it, where one counts it. */
  readonly held: { readonly allowance: Allowance; readonly leases: Leases } | undefined;
  /** What was taken for it of the tokens that its key may ask for, where those are limited. */
  readonly tokens: TokenHold | undefined;
};

/** What a call came to. */
export type End = { readonly outcome: Exclude<Outcome, 'lost'>; readonly units: Units; readonly provenance: Provenance };

/**
 * One call that was admitted: it holds a replica and a place among the open calls until it ends,
 * and it ends exactly once, with a `finished`.
 */
export class Call {
  readonly asked: CallParts['asked'];
  readonly request: CallRequest;
  readonly replica: Replica;
  readonly trace: CallTrace;
  readonly #parts: CallParts;
  readonly #deadline: NodeJS.Timeout;
  #firstTokenMs: number | null = null;
  #counted: EngineUsage | undefined;
  #ended = false;

  constructor(parts: CallParts) {
    this.asked = parts.asked;
    this.request = parts.request;
    this.replica = parts.replica;
    this.trace = parts.trace;
    this.#parts = parts;
    const { callMsMax } = parts;
    this.replica.work.begin(this.asked);
    this.#deadline = setTimeout(() => this.cutOff(refuse('engine_timeout', { ms: callMsMax })), callMsMax);
  }

  /** A call with a key is made to its end even when nobody listens any more: its answer is kept. */
  get hasKey(): boolean {
    return this.asked.idempotencyKey !== null;
  }

  /** And so is one that a retry waits for. */
  get isWanted(): boolean {
    return this.hasKey || this.#parts.link?.wanted === true;
  }

  /** Somebody may ask for its answer again. */
  get isRepeatable(): boolean {
    return this.hasKey || this.#parts.link !== undefined;
  }

  /** Fires when the engine's work is to stop; its reason says why. */
  get signal(): AbortSignal {
    return this.#parts.place.cutOff.signal;
  }

  cutOff(reason: unknown): void {
    if (!this.#ended) this.#parts.place.cutOff.abort(reason);
  }

  elapsedMs(): number {
    return Math.round(this.#parts.clock.monotonicMs() - this.#parts.arrivedMs);
  }

  firstTokenCame(): void {
    this.#firstTokenMs ??= this.elapsedMs();
  }

  /** What the engine has counted so far, whoever gets it. */
  counted(usage: EngineUsage | undefined): void {
    if (usage === undefined || this.#ended) return;
    this.#counted = usage;
    this.replica.work.counted(this.asked.id, usage);
  }

  /** Records the end; resolves once it is durable, and refuses the answer when it can't be. */
  async finish({ outcome, units, provenance }: End): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#deadline);
    this.replica.work.end(this.asked.id);
    this.#parts.shares.end(this.asked.model, this.replica);
    const { held, tokens } = this.#parts;
    tokens?.end(units);
    const charge = held?.allowance.settle({ outcome, units, provenance });
    const generated = generatedOf(this.#counted, units);
    const end = {
      kind: 'finished',
      ...this.asked,
      outcome,
      units,
      provenance,
      replica: this.replica.id,
      firstTokenMs: this.#firstTokenMs,
      totalMs: this.elapsedMs(),
      ...(charge === undefined ? {} : { charge }),
      ...(generated === undefined ? {} : { generated }),
    } as const;
    try {
      await this.trace.step('finish', () => this.#parts.facts.write(end));
      this.#parts.link?.ended(end);
      this.trace.ended(end);
      this.#parts.log.ended(end, this.request.stream);
      held?.allowance.commit();
    } catch (error) {
      held?.allowance.release();
      throw refuse('usage_log_unavailable', {}, error);
    } finally {
      held?.leases.drop(held.allowance);
      this.#parts.openCalls.leave(this.#parts.place);
    }
  }
}

/** The client got all there was: everything the engine counted is billed. */
export function completed(usage: EngineUsage | undefined, provenance: Provenance): End {
  if (usage === undefined) return { outcome: 'completed', units: { ...noUnits, requests: 1 }, provenance: 'none' };
  return { outcome: 'completed', units: { requests: 1, ...usage }, provenance };
}

/** The client left: billed is what the engine had counted of what reached the client; without a count, nothing. */
export function cancelled(usage: EngineUsage | undefined, provenance: Provenance): End {
  if (usage === undefined) return { outcome: 'cancelled', units: noUnits, provenance: 'none' };
  return { outcome: 'cancelled', units: { requests: 1, ...usage }, provenance };
}

export const failed: End = { outcome: 'failed', units: noUnits, provenance: 'none' };

/** What the engine counted, where that is not what is charged. */
function generatedOf(counted: EngineUsage | undefined, { inputTokens, cachedInputTokens, outputTokens }: Units): Tokens | undefined {
  if (counted === undefined) return undefined;
  const isCharged = counted.inputTokens === inputTokens && counted.cachedInputTokens === cachedInputTokens && counted.outputTokens === outputTokens;
  return isCharged ? undefined : counted;
}
