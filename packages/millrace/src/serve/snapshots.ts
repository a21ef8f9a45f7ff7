import { HttpProblem } from '../port/http-problem.ts';

/** How many answers that go over several pages are kept at once; then the oldest one goes. */
const SNAPSHOTS_MAX = 16;
/** How long a page may wait for the next one to be asked for. */
const KEPT_MS = 60_000;

interface Snapshot {
  readonly commit: number;
  readonly rows: readonly unknown[];
  askedAt: number;
}

export interface Page {
  /** The commit that all pages of this answer are of. */
  readonly commit: number;
  readonly rows: readonly unknown[];
  /** Asks for the next page; not there on the last one. */
  readonly next?: string;
}

/** Answers of more rows than a page holds: all their pages are of one commit. */
export class Snapshots {
  readonly #now: () => number;
  readonly #kept = new Map<number, Snapshot>();
  #taken = 0;

  /** `now`: the monotonic clock, in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  first(commit: number, rows: readonly unknown[], limit: number): Page {
    if (rows.length <= limit) return { commit, rows };
    this.#taken += 1;
    this.#kept.set(this.#taken, { commit, rows, askedAt: this.#now() });
    if (this.#kept.size > SNAPSHOTS_MAX) this.#kept.delete(this.#kept.keys().next().value as number);
    return { commit, rows: rows.slice(0, limit), next: `${this.#taken}.${limit}` };
  }

  next(after: string, limit: number): Page {
    const now = this.#now();
    for (const [id, { askedAt }] of this.#kept) if (now - askedAt > KEPT_MS) this.#kept.delete(id);
    const [id, from] = /^(\d{1,15})\.(\d{1,15})$/.exec(after)?.slice(1).map(Number) ?? [];
    const snapshot = id === undefined ? undefined : this.#kept.get(id);
    if (snapshot === undefined || from === undefined || id === undefined) throw gone(after);
    snapshot.askedAt = now;
    const end = from + limit;
    const page = { commit: snapshot.commit, rows: snapshot.rows.slice(from, end) };
    return end < snapshot.rows.length ? { ...page, next: `${id}.${end}` } : page;
  }
}

function gone(after: string): HttpProblem {
  return new HttpProblem({
    status: 410,
    code: 'PAGE_GONE',
    message: 'The answer that this page belongs to is no longer kept.',
    expected: `the \`next\` of a page that was asked for within ${KEPT_MS / 1000} s`,
    got: after,
    cure: 'Ask again from the first page.',
  });
}
