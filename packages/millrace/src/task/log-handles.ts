import type { Backend } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import { Log } from '../store/log.ts';
import { SOURCE_LOG } from '../store/meta.ts';
import type { GroupCommit } from './group-commit.ts';
import { LogHandle } from './log-handle.ts';
import type { StoreIds } from './store-ids.ts';

/** The sources of a store that are logs, each opened when somebody first asks for it. */
export class LogHandles {
  readonly #handles = new Map<string, LogHandle<unknown>>();
  readonly #backend: Backend;
  readonly #ids: StoreIds;
  readonly #commits: GroupCommit;
  readonly #clock: Clock;

  constructor(backend: Backend, ids: StoreIds, commits: GroupCommit, clock: Clock) {
    this.#backend = backend;
    this.#ids = ids;
    this.#commits = commits;
    this.#clock = clock;
  }

  /** The log of this name. */
  get<T>(name: string, keep?: 'processed' | 'forever'): LogHandle<T> {
    let handle = this.#handles.get(name);
    if (handle === undefined) {
      const log = new Log<unknown>(this.#backend, this.#ids.log(`${SOURCE_LOG}${name}`), name);
      // Until its source says otherwise nothing of it goes.
      handle = new LogHandle(log, 'forever', this.#commits, this.#clock);
      this.#handles.set(name, handle);
    }
    if (keep !== undefined) handle.keep = keep;
    return handle as LogHandle<T>;
  }

  /** Those that have been asked for. */
  names(): Iterable<string> {
    return this.#handles.keys();
  }

  all(): readonly LogHandle<unknown>[] {
    return [...this.#handles.values()];
  }
}
