import type { Published } from '../task/changelog.ts';

/** How a test sends to a source. */
export interface TestSource {
  /** One after the other, in one batch, to partition 0. */
  send(...rows: readonly unknown[]): void;
  sendBatch(rows: readonly unknown[], where?: { readonly partition?: number; readonly arrival?: number; readonly offsets?: readonly number[] }): void;
  /** Says that nothing more will come. */
  end(): void;
}

/** What subscribers do; reading answers at once. */
export interface TestChangelog {
  subscribe(subscriber: string, from: 'oldest' | 'newest'): Promise<void>;
  acknowledged(subscriber: string): number;
  read(subscriber: string, max: number): readonly Published<unknown>[];
  acknowledge(subscriber: string, position: number): Promise<void>;
}

/** A table reader that answers at once. */
export type TestTable<R> = R extends { get(key: infer K, at?: number): Promise<infer Found>; scan(...keep: never): Promise<infer Rows> }
  ? { get(key: K, at?: number, asKnownAt?: number): Found; scan(): Rows }
  : never;
