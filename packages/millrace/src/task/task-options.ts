import type { Backend } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import type { Host, Runtime } from './runtime.ts';
import type { Rebuilt } from './rebuilt.ts';
import type { Upgrades } from './upgrade.ts';

/** Tells people something, under a code by which programs know it. */
export type Say = (code: 'STORE_FULL' | 'UPGRADED', line: string) => void;

export interface TaskOptions {
  readonly pipeline: string;
  /** Where logs are; and, if `durable`, everything else. */
  readonly backend: Backend;
  readonly durable: boolean;
  readonly clock: Clock;
  readonly anyTime: boolean;
  /** How many keys each table without windows keeps in memory. Default: all. */
  readonly hotKeys?: number | undefined;
  /** See Host.batch. Default: false. */
  readonly batch?: boolean;
  /** See Host.mute. Default: false. */
  readonly mute?: boolean;
  /** See Host.anew. Here they are as they were, and empty where they were others; with the next commit they are put into the store. Default: none. */
  readonly anew?: ReadonlySet<string>;
  readonly compile: (host: Host) => Runtime;
  /** What becomes of what the stored program has otherwise. Default: it is refused. */
  readonly upgrades?: Upgrades | undefined;
  /** What was counted anew for that, as of the last commit; see Rebuilt. */
  readonly rebuilt?: Rebuilt | undefined;
  /** Tells people, in a line. */
  readonly say?: Say | undefined;
}
