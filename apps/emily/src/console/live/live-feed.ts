import { paths, type Now } from '../api.ts';
import { ask, SignedOut } from './ask.ts';
import { elapsedMs } from './clock.ts';
import { rememberPoint, type LivePoint } from './live-point.ts';

/*
 * The stream of how things stand, and how fresh it is.
 *
 * - `live` holds while events come; STALE_AFTER_MS without one makes it `stale`, whatever the
 *   connection says, because a connection can be open and dead.
 * - While stale it reconnects by itself; a 401 ends it as `signed-out`.
 * - The last RECENT_POINTS_MAX points stay, through reconnects, for the chart.
 */
const STALE_AFTER_MS = 5_000;
const RECONNECT_EVERY_MS = 5_000;
const WATCH_EVERY_MS = 500;

export type LiveState = {
  readonly status: 'connecting' | 'live' | 'stale' | 'signed-out';
  readonly now: Now | null;
  readonly points: readonly LivePoint[];
  /** An event came that could not be read. */
  readonly unreadable: boolean;
};

export class LiveFeed {
  #state: LiveState = { status: 'connecting', now: null, points: [], unreadable: false };
  #source: EventSource | null = null;
  #heardAt = elapsedMs();
  #triedAt = elapsedMs();
  #watch: ReturnType<typeof setInterval> | null = null;
  readonly #listeners = new Set<() => void>();

  get = (): LiveState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    this.#heardAt = elapsedMs();
    this.connect();
    this.#watch = setInterval(() => this.#look(), WATCH_EVERY_MS);
  }

  stop(): void {
    this.#source?.close();
    if (this.#watch !== null) clearInterval(this.#watch);
  }

  /** Drops the connection there is and opens another. */
  connect = (): void => {
    this.#source?.close();
    this.#triedAt = elapsedMs();
    const source = new EventSource(paths.live);
    source.addEventListener('now', (event: MessageEvent<string>) => this.#hear(event.data));
    source.addEventListener('error', () => void this.#checkSession());
    this.#source = source;
  };

  #hear(data: string): void {
    let now: Now;
    try {
      now = JSON.parse(data) as Now;
    } catch {
      this.#set({ unreadable: true });
      return;
    }
    this.#heardAt = elapsedMs();
    this.#set({ status: 'live', now, points: rememberPoint(this.#state.points, now), unreadable: false });
  }

  #look(): void {
    if (this.#state.status === 'signed-out') return;
    const at = elapsedMs();
    if (at - this.#heardAt < STALE_AFTER_MS) return;
    if (this.#state.status !== 'stale') this.#set({ status: 'stale' });
    if (at - this.#triedAt >= RECONNECT_EVERY_MS) this.connect();
  }

  /* An EventSource does not tell a 401 from a lost connection, so a plain request asks. */
  async #checkSession(): Promise<void> {
    const problem: unknown = await ask(paths.hello).then(() => null, (error: unknown) => error);
    if (!(problem instanceof SignedOut)) return;
    this.stop();
    this.#set({ status: 'signed-out' });
  }

  #set(change: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
