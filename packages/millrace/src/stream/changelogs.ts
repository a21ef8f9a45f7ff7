import { checkGiven } from '../argument.ts';
import { errors } from '../error.ts';
import type { Plan } from '../plan/node.ts';
import type { Changelog as KeptChangelog, Published } from '../task/changelog.ts';
import type { ChangelogSpec } from '../task/sink.ts';
import { type Duration, durationText } from '../time/duration.ts';
import type { Runner } from './runner.ts';

/** How long a changelog keeps its changes. */
export interface ChangelogOptions {
  /** At least so long since their commit, in ms. */
  readonly keep: Duration;
  /**
   * So long what a subscriber has not acknowledged, in ms since its commit; after that it goes all the same, and
   * that subscriber is told. Default: four times `keep`.
   */
  readonly keepUnacknowledged?: Duration;
}

/** How much longer than `keep` changes wait for their subscribers, unless it is said otherwise. */
const PATIENCE = 4;

export function changelogSpec(options: ChangelogOptions): ChangelogSpec {
  checkGiven('changelog(name, options)', options, ['keep', 'keepUnacknowledged']);
  const { keep, keepUnacknowledged = (PATIENCE * keep) as Duration } = options;
  if (!Number.isSafeInteger(keep) || keep <= 0) throw new RangeError(`changelog({ keep: ${keep} }): expected a positive whole number of ms`);
  if (!Number.isSafeInteger(keepUnacknowledged) || keepUnacknowledged < keep) {
    throw new RangeError(`changelog({ keepUnacknowledged: ${keepUnacknowledged} }): expected a whole number of ms, at least \`keep\``);
  }
  const text = `changelog, kept ${durationText(keep)}, unacknowledged ${durationText(keepUnacknowledged)}`;
  return { text, keepMs: keep, keepUnacknowledgedMs: keepUnacknowledged };
}

/** The task's own, as long as the program runs. */
type Running = () => Runner;

/** The changes that a program publishes under a name, for subscribers outside. */
export class Changelog<T> {
  readonly name: string;
  readonly #running: Running;

  constructor(name: string, running: Running) {
    this.name = name;
    this.#running = running;
  }

  /**
   * Makes a subscriber known, which is durable when it resolves: from now on what it has not acknowledged is kept
   * for it. It begins with the oldest change that is kept, or, with `from: 'newest'`, behind the newest. One that is
   * known goes on where it was; several that use one name share one position. TOO_MANY_SUBSCRIBERS.
   */
  async subscribe(subscriber: string, { from = 'oldest' }: { readonly from?: 'oldest' | 'newest' } = {}): Promise<Subscription<T>> {
    await changelogOf(this.#running(), this.name).subscribe(subscriber, from);
    return new Subscription(this.name, subscriber, this.#running);
  }

  /** Forgets a subscriber: nothing is kept for it any more. UNKNOWN_SUBSCRIBER. */
  unsubscribe(subscriber: string): Promise<void> {
    return changelogOf(this.#running(), this.name).unsubscribe(subscriber);
  }

  /** Every subscriber, with how far it has acknowledged: every change with a smaller position. */
  subscribers(): ReadonlyMap<string, number> {
    return new Map([...changelogOf(this.#running(), this.name).subscribers].map(([name, { acknowledged }]) => [name, acknowledged]));
  }
}

/** What one subscriber reads. */
export class Subscription<T> {
  readonly changelog: string;
  readonly subscriber: string;
  readonly #running: Running;

  constructor(changelog: string, subscriber: string, running: Running) {
    this.changelog = changelog;
    this.subscriber = subscriber;
    this.#running = running;
  }

  /** Every change with a smaller position has been acknowledged. */
  get acknowledged(): number {
    return this.#of().acknowledged(this.subscriber);
  }

  /**
   * The changes behind what has been acknowledged, in order, at most `max` (1 to 1,000, default 100); none where there
   * are none. Reading is not acknowledging: until then the same ones come again. SUBSCRIBER_BEHIND where some are gone.
   */
  async read({ max = 100 }: { readonly max?: number } = {}): Promise<readonly Published<T>[]> {
    return this.#of().read(this.subscriber, max) as readonly Published<T>[];
  }

  /** Resolves once there is something to read; NOT_RUNNING when the program stops before that. */
  async ready(): Promise<void> {
    while (!this.#of().hasMore(this.subscriber)) await this.#running().nextCommit();
  }

  /**
   * This change and all before it have been dealt with: durable when it resolves. ACKNOWLEDGED_BACKWARDS,
   * ACKNOWLEDGED_AHEAD.
   */
  acknowledge(position: number): Promise<void> {
    return this.#of().acknowledge(this.subscriber, position);
  }

  #of(): KeptChangelog {
    return changelogOf(this.#running(), this.changelog);
  }
}

export function changelogOf({ task }: Runner, name: string): KeptChangelog {
  return task.changelogs.find((changelog) => changelog.name === name) as KeptChangelog;
}

/** The changelogs of a program, in its order. */
export function changelogNames({ nodes }: Plan): readonly string[] {
  return nodes.flatMap((node) => (node.kind === 'sink' && 'keepMs' in node.spec ? [node.name] : []));
}

/** UNKNOWN_CHANGELOG where the program has none of this name. */
export function checkChangelog(plan: Plan, changelog: string): void {
  const known = changelogNames(plan);
  if (!known.includes(changelog)) throw errors.UNKNOWN_CHANGELOG({ pipeline: plan.name, changelog, known });
}
