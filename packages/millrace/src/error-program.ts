/** Errors: how a program is written, started, asked and decided on. */
export const programErrors = {
  BAD_ARGUMENT: {
    message: (d: { where: string; expected: string; found: string }): string => `${d.where}: expected ${d.expected}, got ${d.found}`,
    cure: 'Give it what is expected; the documentation of the function says what that does.',
  },
  STATE_WITHOUT_NAME: {
    message: (d: { operator: string; node: number }): string => `the ${d.operator} at step ${d.node} of a durable program has no name`,
    cure: 'Give it one, { name: … }: durable state is found again by its name.',
  },
  NAME_TAKEN: {
    message: (d: { name: string; what: string }): string => `two ${d.what} are named '${d.name}'`,
    cure: 'Give each its own name.',
  },
  NOT_FINAL: {
    message: (d: { sink: string; takes: string }): string => `'${d.sink}' cannot take back a provisional result: it is ${d.takes}`,
    cure: 'Use .final(), or a sink that is revisable.',
  },
  NOT_READ_AGAIN: {
    message: (d: { source: string; found: string }): string => `a table under reconcile cannot be recounted: its source '${d.source}' (${d.found}) cannot be read again`,
    cure: "Use files, or a log or HTTP ingest with { keep: 'forever' }.",
  },
  NOT_RECONCILED: {
    message: (d: { table: string }): string => `'${d.table}' has no adjustments: it is no aggregation in windows under reconcile or halt`,
    cure: 'Give it { late: reconcile({ at, keep }) } or { late: halt({ scope, keep }) }.',
  },
  HISTORY_FORGOTTEN: {
    message: (d: { table: string; commit: number; since: number }): string => `what '${d.table}' said at commit ${d.commit} is forgotten; it is known from commit ${d.since} on`,
    cure: 'Ask for a later commit, or keep a longer history.',
  },
  NO_HISTORY: {
    message: (d: { table: string }): string => `'${d.table}' keeps no history`,
    cure: 'Give it { history: days(…) } and the program a store.',
  },
  NOT_BOUNDED: {
    message: (d: { pipeline: string; source: string; found: string }): string => `'${d.pipeline}' has no batch: its source '${d.source}' (${d.found}) never ends`,
    cure: 'A batch takes sources that end, such as files.',
  },
  SIMULATION_FAILED: {
    message: (d: { pipeline: string; seed: number; problem: string; shrunk: unknown }): string => `'${d.pipeline}' failed in the simulation of seed ${d.seed}: ${d.problem}`,
    cure: 'Run it again with that seed and { runs: 1 }; the shrunk case is in the data of this error.',
  },
  NOT_A_STREAM: {
    message: (d: { step: string; table: string }): string => `a ${d.step} takes facts, and was given the table '${d.table}', which changes`,
    cure: 'Use .final() for what will never change, .changes() for its changes as facts, or what the table itself offers.',
  },
  NOT_A_TABLE: {
    message: (d: { step: string; found: string }): string => `a ${d.step} takes a table, and was given ${d.found}`,
    cure: 'Make a table of it first: .keyBy(…).toTable(), or an aggregation.',
  },
  TABLES_UNLIKE: {
    message: (d: { left: string; right: string }): string => `a join of tables needs windows of one kind on both sides, and was given ${d.left} and ${d.right}`,
    cure: 'Give both tables the same windows, or join by .final() and toTable() what has no windows.',
  },
  LATE_NOT_POSSIBLE: {
    message: (d: { step: string; asked: string; possible: string }): string => `${d.step} was given late: ${d.asked}; it takes ${d.possible}`,
    cure: 'Give it one of those, or leave `late` out; what comes too late is then on `.late`, where there is such a thing.',
  },
  FINAL_TOO_EARLY: {
    message: (d: { aggregation: string; retain: string; source: string }): string =>
      `'${d.aggregation}' would be final ${d.retain} its windows close, and the table below it changes for ${d.source} after that`,
    cure: 'Give it late: revise({ retain }) of at least as long, or aggregate .final() of the table.',
  },
  PROGRAM_CHANGED: {
    message: (d: { pipeline: string; differences: readonly string[] }): string =>
      `the stored state is not that of this version of '${d.pipeline}': ${d.differences.join('; ')}`,
    cure: 'Say what becomes of each with start({ upgrade: { NAME: discard() } }), migrate({ from }) where it has another name now, or rebuild({ version }) where it is to be counted anew; or run the version that wrote it, or give this one a folder of its own.',
  },
  EVENT_FAILED: {
    message: (d: { source: string; partition: number; offset: number; reason: string; row?: string; operator?: string }): string =>
      `processing ${d.row ?? `record ${d.offset} of source '${d.source}' (partition ${d.partition})`} failed after something had been changed: ${d.reason}`,
    cure: 'Give the program a store: then it goes back to the last commit and sets that record aside.',
  },
  SOURCE_FAILED: {
    message: (d: { source: string; reason: string }): string => `the source '${d.source}' failed: ${d.reason}`,
    cure: 'See the cause; the program goes on from its last commit when it is started again.',
  },
  SINK_FAILED: {
    message: (d: { sink: string; reason: string }): string => `the sink '${d.sink}' did not take a result: ${d.reason}`,
    cure: 'See the cause; results that were not taken are delivered again when the program is started again.',
  },
  UNKNOWN_PRODUCER: {
    message: (d: { pipeline: string; source: string; producer: string }): string =>
      `the source '${d.source}' of '${d.pipeline}' has never heard of the producer '${d.producer}', and does not expect it`,
    cure: 'See `status()` for the producers of each partition; only sources with `complete: sequences(…)` have any.',
  },
  UNKNOWN_HOLD: {
    message: (d: { pipeline: string; hold: number }): string => `'${d.pipeline}' has no hold ${d.hold}, or no more`,
    cure: 'See `holds()`; somebody may have decided already, or a silent producer may have been heard.',
  },
  CHOICE_NOT_OFFERED: {
    message: (d: { hold: number; choice: string; choices: readonly string[] }): string =>
      `hold ${d.hold} cannot be resolved by '${d.choice}'; expected one of ${d.choices.join(', ')}`,
    cure: 'Choose one of those that the hold offers; `holds()` lists them.',
  },
  HELD: {
    message: (d: { source: string; holds: readonly number[] }): string => `the source '${d.source}' is not read: held by hold ${d.holds.join(', ')}`,
    cure: 'See `holds()` for the reason, and decide with `resolve()`; nothing is lost meanwhile.',
  },
  IN_LEAD: {
    message: (d: { source: string }): string => `the source '${d.source}' is not read: it is further in front of the other sources than its maxLead`,
    cure: 'Bring the other sources as far, end them, or give them an idleAfter; nothing is lost meanwhile.',
  },
  FUNCTION_THREW: {
    message: (d: { source: string; partition: number; offset: number; operator: string; reason: string }): string =>
      `${d.operator} threw at record ${d.offset} of source '${d.source}' (partition ${d.partition}): ${d.reason}`,
    cure: "Mend the function and start the program again, or let such records go to `bad` or wait for a decision: { onThrow: 'bad' } or { onThrow: 'hold' }.",
  },
  STORE_NEEDED: {
    message: (d: { sink: string }): string => `the sink '${d.sink}' has to keep what is not taken at once, and the program has no store to keep that in`,
    cure: "Give the program a store, or leave out { onRefused: 'hold' } and { retry }; a webhook always needs one.",
  },
  NOT_RUNNING: {
    message: (d: { pipeline: string; state: string }): string => `'${d.pipeline}' is ${d.state}`,
    cure: 'Call start() first, and only once.',
  },
  PROGRAM_COMPLETE: {
    message: (d: { pipeline: string; step: string }): string =>
      `a ${d.step} was added to '${d.pipeline}' after the program had been written`,
    cure: 'Add all steps inside the function given to pipeline().',
  },
};
