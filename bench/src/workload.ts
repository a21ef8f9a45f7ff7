/** The queries of the workload that the bench can run. */
export type QueryName = 'q0' | 'q1' | 'q2' | 'q7' | 'm1' | 'm2';
export type StreamName = 'nexmark' | 'metering';
export type StoreKind = 'memory' | 'disk';

export type Query = {
  readonly stream: StreamName;
  /** Where the engine keeps its state unless the command line says otherwise. */
  readonly store: StoreKind;
  /** How fast the hand-written loop was beside the bare generator when the bars were set. */
  readonly loopOfGenerator: number;
};

export const queries: Readonly<Record<QueryName, Query>> = {
  q0: { stream: 'nexmark', store: 'memory', loopOfGenerator: 0.98 },
  q1: { stream: 'nexmark', store: 'memory', loopOfGenerator: 1 },
  q2: { stream: 'nexmark', store: 'memory', loopOfGenerator: 1.1 },
  q7: { stream: 'nexmark', store: 'memory', loopOfGenerator: 1 },
  m1: { stream: 'metering', store: 'memory', loopOfGenerator: 0.05 },
  m2: { stream: 'metering', store: 'disk', loopOfGenerator: 0.05 },
};

/** A loop slower than this share of its `loopOfGenerator` is no limit: improve the loop first. */
export const loopShareMin = 0.8;

export const isQueryName = (name: string): name is QueryName => Object.hasOwn(queries, name);
