import { MillraceError, type Hold, type HoldChoice, type Program } from 'millrace';
import type { CommandLog, AccountCommand, HoldDecided } from '../account/command.ts';
import type { EpochMs } from '../domain/names.ts';
import type { EmilyTables } from './program.ts';

/** Something that waits for a person, as it is told outside. */
export type HoldView = {
  readonly id: number;
  readonly scope: Hold['scope'];
  readonly reason: Hold['reason'];
  readonly since: number;
  /** Whom it is about, where that is one. */
  readonly producer: string | null;
  /** What was seen, in words. */
  readonly evidence: string;
  readonly waits: Waits;
  readonly choices: readonly HoldChoice[];
};

/**
 * What stands still meanwhile.
 *
 * - `frontier`: nothing of this source becomes final beyond `upTo`, where its numbers are complete; it is
 *   counted all the same, except for `messages` of it.
 * - `input`: the source is not read. `key`: what comes of the key is kept back. `delivery`: rows for a sink are.
 */
export type Waits = { readonly what: 'frontier' | 'input' | 'key' | 'delivery'; readonly source: string | null; readonly upTo: number | null; readonly messages: number };

export type DecidedHold = Omit<HoldDecided, 'kind'>;

/** What a person says on a hold. */
export type HoldVerdict = { readonly choice: string; readonly by: string; readonly reason: string; readonly credential: string };

/** So many decisions are shown, the newest first. */
const DECIDED_SHOWN_MAX = 20;

/**
 * What waits for a person, and what persons have decided.
 *
 * A decision is durable in the engine's log before anything else happens; what it was about goes to the log
 * of commands after it, for people who ask later.
 */
export class HoldDesk {
  readonly #program: Program<EmilyTables>;
  readonly #log: CommandLog;
  readonly #now: () => EpochMs;
  #decided: readonly DecidedHold[] = [];

  constructor(program: Program<EmilyTables>, log: CommandLog, now: () => EpochMs) {
    this.#program = program;
    this.#log = log;
    this.#now = now;
  }

  apply(command: AccountCommand): void {
    if (command.kind !== 'hold-decided') return;
    const { kind: _kind, ...decided } = command;
    this.#decided = [decided, ...this.#decided].slice(0, DECIDED_SHOWN_MAX);
  }

  /** The oldest first. */
  open(): readonly HoldView[] {
    const { sources } = this.#program.status();
    return this.#program.holds().map((hold) => {
      const { id, scope, reason, since, choices } = hold;
      const source = scope.kind === 'partition' ? scope.source : null;
      const frontier = scope.kind === 'partition' ? (sources[scope.source]?.[scope.partition]?.frontier ?? -1) : -1;
      const upTo = frontier >= 0 && Number.isFinite(frontier) ? frontier : null;
      return { id, scope, reason, since, choices, producer: producerOf(hold), evidence: evidenceOf(hold), waits: { what: stillOf(hold), source, upTo, messages: reason === 'contradiction' ? 1 : 0 } };
    });
  }

  decided(): readonly DecidedHold[] {
    return this.#decided;
  }

  /** Carries a decision out; undefined where there is no such hold, or no more. CHOICE_NOT_OFFERED where it does not offer that. */
  async decide(id: number, { choice, by, reason, credential }: HoldVerdict): Promise<DecidedHold | undefined> {
    const hold = this.#program.holds().find((one) => one.id === id);
    if (hold === undefined) return undefined;
    try {
      await this.#program.resolve(id, { choice: choice as HoldChoice, by: `${by} (${credential})`, reason });
    } catch (error) {
      if (error instanceof MillraceError && error.code === 'UNKNOWN_HOLD') return undefined;
      throw error;
    }
    const command: HoldDecided = { kind: 'hold-decided', at: this.#now(), hold: id, reason: hold.reason, producer: producerOf(hold), evidence: evidenceOf(hold), choice, by, credential, because: reason };
    await this.#log.append([command]);
    this.apply(command);
    const { kind: _kind, ...decided } = command;
    return decided;
  }
}

const producerOf = (hold: Hold): string | null => (hold.reason === 'contradiction' || hold.reason === 'silent' ? hold.evidence.producer : null);

function stillOf({ reason, scope }: Hold): Waits['what'] {
  if (reason === 'contradiction' || reason === 'silent') return 'frontier';
  return scope.kind === 'key' ? 'key' : scope.kind === 'sink' ? 'delivery' : 'input';
}

function evidenceOf(hold: Hold): string {
  switch (hold.reason) {
    case 'contradiction':
    case 'silent':
      return hold.evidence.what;
    case 'late-to-final':
      return `an event of ${hold.evidence.time} came when the window of ${JSON.stringify(hold.evidence.key)} in '${hold.evidence.operator}' was closed`;
    case 'bad-input-rate':
      return `${hold.evidence.bad} of the last ${hold.evidence.of} records were bad; the newest: ${hold.evidence.last}`;
    case 'threw':
      return `${hold.evidence.operator} failed on record ${hold.evidence.offset} of '${hold.evidence.source}': ${hold.evidence.error}`;
    case 'reopenings':
      return `the program went back to the same commit ${hold.evidence.times} times: ${hold.evidence.error}`;
    case 'sink-refused':
      return `'${hold.evidence.sink}' did not take its rows from ${hold.evidence.first} on: ${hold.evidence.error}`;
  }
}
