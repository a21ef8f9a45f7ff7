import { errors } from '../error.ts';
import { decodeBlock } from '../store/block.ts';
import type { Keeper, Stored } from './contents.ts';
import type { LogContents } from './log-contents.ts';

export interface SubscriberSummary {
  readonly name: string;
  /** Every change with a smaller position has been acknowledged. */
  readonly acknowledged: number;
}

/** Of the logs that are changelogs. */
const CHANGELOG_NAME = 'changelog ';

/** Who has subscribed to changelogs, and how far they have come. */
export class SubscriberContents implements Keeper {
  readonly #logs: LogContents;
  readonly #all = new Map<number, readonly SubscriberSummary[]>();

  constructor(logs: LogContents) {
    this.#logs = logs;
  }

  take({ id, number, key, bytes }: Stored): void {
    const log = this.#logs.get(id);
    const where = `the subscribers of log ${log === undefined ? id : `'${log.name}'`}`;
    const { store, commit, payload } = decodeBlock(bytes, where, key);
    if (store !== id || commit !== 0 || number !== 0) throw errors.CORRUPT_BLOCK({ where, what: 'place', expected: `${id}/0`, actual: `${store}/${commit}` });
    if (log === undefined || !log.name.startsWith(CHANGELOG_NAME)) throw errors.CORRUPT_BLOCK({ where, what: 'log', expected: 'a changelog that the program has', actual: log?.name ?? 'none' });
    const found = JSON.parse(Buffer.from(payload).toString('utf8')) as readonly (readonly [string, { readonly acknowledged: number }])[];
    this.#all.set(
      id,
      found.map(([name, { acknowledged }]) => ({ name, acknowledged })),
    );
    const ahead = found.find(([, { acknowledged }]) => !(acknowledged >= 0 && acknowledged <= log.end));
    if (ahead !== undefined) throw errors.CORRUPT_BLOCK({ where, what: `position of '${ahead[0]}'`, expected: `at most ${log.end}`, actual: String(ahead[1].acknowledged) });
  }

  end(): void {}

  of(id: number): readonly SubscriberSummary[] {
    return this.#all.get(id) ?? [];
  }
}
