/** The queries of the workload, and m1 again with its events from numbered producers. */
export type QueryName = 'q0' | 'q1' | 'q2' | 'q3' | 'q4' | 'q5' | 'q7' | 'q8' | 'q11' | 'q18' | 'm1' | 'm2' | 'm1-producers' | 'm1-revise';
export type StreamName = 'nexmark' | 'metering';
export type StoreKind = 'memory' | 'disk';

export type Query = {
  readonly stream: StreamName;
  /** Where the engine keeps its state unless the command line says otherwise. */
  readonly store: StoreKind;
  /** How fast the hand-written loop was beside the bare generator when the bars were set; none where there is no loop. */
  readonly loopOfGenerator?: number;
};

export const queries: Readonly<Record<QueryName, Query>> = {
  q0: { stream: 'nexmark', store: 'memory', loopOfGenerator: 0.98 },
  q1: { stream: 'nexmark', store: 'memory', loopOfGenerator: 1 },
  q2: { stream: 'nexmark', store: 'memory', loopOfGenerator: 1.1 },
  q3: { stream: 'nexmark', store: 'memory', loopOfGenerator: 1.14 },
  q4: { stream: 'nexmark', store: 'memory', loopOfGenerator: 0.55 },
  q5: { stream: 'nexmark', store: 'memory', loopOfGenerator: 0.83 },
  q7: { stream: 'nexmark', store: 'memory', loopOfGenerator: 1 },
  q8: { stream: 'nexmark', store: 'memory', loopOfGenerator: 0.73 },
  q11: { stream: 'nexmark', store: 'memory', loopOfGenerator: 0.7 },
  q18: { stream: 'nexmark', store: 'memory', loopOfGenerator: 0.31 },
  m1: { stream: 'metering', store: 'memory', loopOfGenerator: 0.05 },
  m2: { stream: 'metering', store: 'disk', loopOfGenerator: 0.05 },
  'm1-producers': { stream: 'metering', store: 'memory' },
  'm1-revise': { stream: 'metering', store: 'memory' },
};

/** A loop slower than this share of its `loopOfGenerator` is no limit: improve the loop first. */
export const loopShareMin = 0.8;

/** Queries that have no loop, and stand beside m1 of the engine. */
export const isBesideM1 = (name: string): boolean => name === 'm1-producers' || name === 'm1-revise';

export const isQueryName = (name: string): name is QueryName => Object.hasOwn(queries, name);
