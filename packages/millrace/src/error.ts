/**
 * Every failure a user can meet, as data: a code to program against, the facts of the case,
 * a sentence made of those facts, and what to do about it.
 *
 * Failures that cannot happen unless Millrace is wrong are assertions, not entries here.
 */

/** A catalogued failure. `code` and `data` are the interface; `message` is for people. */
export class MillraceError<Code extends string = string, Data extends object = object> extends Error {
  readonly code: Code;
  readonly data: Data;
  /** What to do about it, in a sentence. */
  readonly cure: string;

  constructor(code: Code, data: Data, message: string, cure: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MillraceError';
    this.code = code;
    this.data = data;
    this.cure = cure;
  }
}

/** One kind of failure: its sentence as a function of the facts, and its cure. */
interface Entry {
  readonly message: (data: never) => string;
  readonly cure: string;
}

type DataOf<E extends Entry> = Parameters<E['message']>[0];

/** For each code a function that makes its error: `throw errors.CODE(data, cause)`. */
export type Catalogue<Entries extends Record<string, Entry>> = {
  readonly [Code in keyof Entries & string]: (
    data: DataOf<Entries[Code]>,
    cause?: unknown,
  ) => MillraceError<Code, DataOf<Entries[Code]>>;
};

/** Turns entries into the functions that make their errors; the stack starts where the error was raised. */
export function catalogue<const Entries extends Record<string, Entry>>(entries: Entries): Catalogue<Entries> {
  const makers: Record<string, (data: object, cause?: unknown) => MillraceError> = {};
  for (const [code, entry] of Object.entries(entries)) {
    const message = entry.message as (data: object) => string;
    const make = (data: object, cause?: unknown): MillraceError => {
      const error = new MillraceError(code, data, message(data), entry.cure, cause);
      Error.captureStackTrace(error, make);
      return error;
    };
    makers[code] = make;
  }
  return makers as unknown as Catalogue<Entries>;
}

const entries = {
  CORRUPT_BLOCK: {
    message: (d: { where: string; what: string; expected: string; actual: string }): string =>
      `${d.where} is damaged: its ${d.what} is ${d.actual}, expected ${d.expected}`,
    cure: 'Keep the folder as it is for examination, and restore the newest backup.',
  },
  UNKNOWN_FORMAT: {
    message: (d: { where: string; found: number; known: readonly number[] }): string =>
      `${d.where} is written in format ${d.found}; this version of Millrace reads ${d.known.join(', ')}`,
    cure: 'Open it with the version of Millrace that wrote it, or a newer one.',
  },
  BLOCK_TOO_LARGE: {
    message: (d: { where: string; what: string; actual: number; max: number }): string =>
      `${d.where} would hold ${d.actual} ${d.what}, the most is ${d.max}`,
    cure: 'Commit more often, or make the single events smaller.',
  },
  UNSTORABLE_VALUE: {
    message: (d: { what: string; path: string }): string =>
      `${d.path === '' ? 'a value' : `the field ${d.path}`} is ${d.what}, which cannot be stored`,
    cure: 'Keep plain data in events and states: records, lists, strings, numbers, bigints, booleans, Dates, Maps, Sets, bytes.',
  },
  STORE_NOT_WRITABLE: {
    message: (d: { path: string; reason: string }): string => `the store in ${d.path} cannot be written: ${d.reason}`,
    cure: 'Give the process a folder it may create and write, on a disk that is mounted for writing.',
  },
  STORE_FULL: {
    message: (d: { path: string; reason: string }): string => `the store in ${d.path} is full: ${d.reason}`,
    cure: 'Free space on that disk; nothing of the refused commit was stored, so it can be tried again.',
  },
  STORE_DAMAGED: {
    message: (d: { path: string; reason: string }): string => `the store in ${d.path} is damaged: ${d.reason}`,
    cure: 'Keep the folder as it is for examination, and restore the newest backup.',
  },
  STORE_IN_USE: {
    message: (d: { path: string; pid: number }): string => `the store in ${d.path} is in use by process ${d.pid}`,
    cure: 'Stop that process, or give this one a folder of its own.',
  },
  STORE_CLOSED: {
    message: (d: { path: string }): string => `the store in ${d.path} is closed`,
    cure: 'Open it again before using it.',
  },
  BAD_KEY: {
    message: (d: { key: string; expected: string }): string => `the store key ${d.key} is not ${d.expected}`,
    cure: 'Use the constructors of store/key.ts, and split what has outgrown their ranges.',
  },
  BAD_KEY_PART: {
    message: (d: { state: string; found: string }): string =>
      `a key of '${d.state}' has a part of type ${d.found}; expected string, number, bigint, boolean or null`,
    cure: 'Make the selector of keyBy return plain values only.',
  },
  NOT_SUMMABLE: {
    message: (d: { found: string }): string =>
      `sum() was given ${d.found}; expected a safe integer, a bigint, or the text of a decimal`,
    cure: "Count in a smaller unit (cents, milliseconds), so that amounts are whole numbers, or give decimals as text ('12.30').",
  },
  SUM_TOO_LARGE: {
    message: (d: { sum: string; added: string }): string =>
      `the sum ${d.sum} + ${d.added} is beyond the safe integers`,
    cure: 'Let the selector return a bigint.',
  },
  NOT_ORDERED: {
    message: (d: { aggregation: string; found: string }): string =>
      `${d.aggregation}() was given ${d.found}; expected a number, a bigint or a string`,
    cure: 'Filter out the events that have no such value.',
  },
  NOT_COMPARABLE: {
    message: (d: { aggregation: string; found: string }): string =>
      `${d.aggregation}() was given ${d.found}; expected a string, a number, a bigint, a boolean or null`,
    cure: 'Make the selector return plain values only.',
  },
  NOT_FINITE: {
    message: (d: { aggregation: string; found: string }): string => `${d.aggregation}() was given ${d.found}; expected a finite number`,
    cure: 'Filter out the events that have no such number.',
  },
  AGGREGATION_FULL: {
    message: (d: { aggregation: string; max: number }): string => `${d.aggregation}() would hold more than ${d.max} values`,
    cure: 'Give it a greater { max }, finer keys or shorter windows, or aggregate to something smaller.',
  },
  REDUCED_TO_NOTHING: {
    message: (d: { found: string }): string => `reduce() was given, or its function returned, ${d.found}; expected a value`,
    cure: 'Return the combined value from the function given to reduce().',
  },
  BAD_AS_OF: {
    message: (d: { join: string; found: string }): string =>
      `an event of '${d.join}' asks for the time ${d.found}; expected whole ms since 1970, a non-negative safe integer`,
    cure: 'Let `at` of joinTable return a time, or filter out the events that have none.',
  },
  BAD_ID: {
    message: (d: { found: string }): string => `the id of an event is ${d.found}; expected a string, a number, a bigint, or a list of them`,
    cure: 'Make the `id` selector of dedupe return what identifies the event.',
  },
  ID_TOO_LONG: {
    message: (d: { bytes: number; max: number }): string => `the id of an event takes ${d.bytes} bytes or more, the most is ${d.max}`,
    cure: 'Deduplicate by a shorter id, such as a hash of this one.',
  },
  BAD_SEQUENCE: {
    message: (d: { operator: string; found: string }): string => `'${d.operator}' was given the number ${d.found}; expected a non-negative safe integer`,
    cure: 'Make `by` of reorder return the number that the producer gave the event.',
  },
  BAD_TIMER: {
    message: (d: { operator: string; found: string; expected: string }): string => `a timer of '${d.operator}' was set for ${d.found}; expected ${d.expected}`,
    cure: 'Set timers for times in whole ms of event time, from a timer only for later ones.',
  },
  TOO_MANY_TIMERS: {
    message: (d: { operator: string; key: string; max: number }): string => `the key ${d.key} of '${d.operator}' has ${d.max} timers, which is the most`,
    cure: 'Keep one timer for what is due next, and set the one after it when it fires.',
  },
  CONTEXT_OVER: {
    message: (d: { operator: string }): string => `the context of '${d.operator}' was used after its function had returned`,
    cure: 'Use the context within the call it was given to; what is done later, say behind an await, belongs to no event.',
  },
  SCHEMA_ASYNC: {
    message: (d: { source: string; vendor: string }): string => `the schema of source '${d.source}' (${d.vendor}) answers with a promise; expected an answer at once`,
    cure: 'Leave out of the schema what has to be waited for: events are judged in order, and the same again after a crash.',
  },
  FENCED: {
    message: (d: { epoch: number; owner: number }): string =>
      `the store was taken over by another task (epoch ${d.owner}; this one has ${d.epoch})`,
    cure: 'Run one task per store; this one has to stop.',
  },
  LOG_ENDED: {
    message: (d: { log: string }): string => `the log '${d.log}' has ended; nothing can be appended to it`,
    cure: 'Append before you end a log, or give the program a new folder.',
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
    message: (d: { table: string }): string => `'${d.table}' has no adjustments: its policy for late events is not reconcile`,
    cure: 'Give it { late: reconcile({ at, keep }) }.',
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
  FINAL_TOO_EARLY: {
    message: (d: { aggregation: string; retain: string; source: string }): string =>
      `'${d.aggregation}' would be final ${d.retain} its windows close, and the table below it changes for ${d.source} after that`,
    cure: 'Give it late: revise({ retain }) of at least as long, or aggregate .final() of the table.',
  },
  PROGRAM_CHANGED: {
    message: (d: { pipeline: string; differences: readonly string[] }): string =>
      `the stored state is not that of this version of '${d.pipeline}': ${d.differences.join('; ')}`,
    cure: 'Run the version that wrote it, or give this one a folder of its own.',
  },
  EVENT_FAILED: {
    message: (d: { source: string; partition: number; offset: number; reason: string; row?: string }): string =>
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
    message: (d: { source: string; partition: number; hold: number }): string =>
      `partition ${d.partition} of the source '${d.source}' has no hold ${d.hold}, or no more`,
    cure: 'See `held` in `status()`; somebody may have decided already, or a silent producer may have been heard.',
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
  SOURCE_UNREADABLE: {
    message: (d: { path: string; reason: string }): string => `the file ${d.path} cannot be read: ${d.reason}`,
    cure: 'Check the path, which is relative to the folder the process was started in, and who may read it.',
  },
  BAD_HEADER: {
    message: (d: { path: string; reason: string }): string => `the header line of ${d.path} cannot be used: ${d.reason}`,
    cure: 'Give every column a name of its own, in the first line of the file or with { columns: [...] }.',
  },
  SINK_UNWRITABLE: {
    message: (d: { path: string; reason: string }): string => `the file ${d.path} cannot be written: ${d.reason}`,
    cure: 'Give the sink a path in a folder that exists and that the process may write.',
  },
  SINK_FILE_CHANGED: {
    message: (d: { path: string; expected: string; actual: string }): string =>
      `the file ${d.path} is not as the program left it: expected ${d.expected}, it has ${d.actual}`,
    cure: 'Only the program may write that file: put it back as it was, give the sink another path, or move file and store away together to start anew.',
  },
  PORT_TAKEN: {
    message: (d: { host: string; port: number }): string => `port ${d.port} of ${d.host} is taken by another server`,
    cure: 'Stop that server, or give this one another port; port 0 is any free one.',
  },
  CANNOT_LISTEN: {
    message: (d: { host: string; port: number; reason: string }): string => `cannot listen on port ${d.port} of ${d.host}: ${d.reason}`,
    cure: 'Use an address of this machine, and a port that the process may open.',
  },
  NOT_LISTENING: {
    message: (d: { path: string }): string => `the ingest server of ${d.path} is not listening`,
    cure: 'Ask for its address between the start of the program and its end.',
  },
  UNSENDABLE_VALUE: {
    message: (d: { what: string; path: string }): string =>
      `${d.path === '' ? 'a value' : `the field ${d.path}`} is ${d.what}, which a producer cannot send as it is`,
    cure: 'Send what JSON has: records, lists, strings, finite numbers, booleans, null; write times as milliseconds and large integers as strings.',
  },
  MESSAGE_TOO_LARGE: {
    message: (d: { bytes: number; max: number }): string => `a message would have ${d.bytes} bytes, the most is ${d.max}`,
    cure: 'Send less in one event, or a reference to what is large.',
  },
  BAD_EVENT_TIME: {
    message: (d: { found: string }): string => `the time of an event is ${d.found}; expected whole milliseconds since the Unix epoch`,
    cure: 'Make the `time` selector of the producer return when the event happened, as a non-negative safe integer.',
  },
  BAD_PARTITION: {
    message: (d: { found: string; partitions: number }): string => `the partition of an event is ${d.found}; expected an integer from 0 to ${d.partitions - 1}`,
    cure: 'Make `partitionOf` of the producer return a partition that its transport has.',
  },
  BELOW_PROMISE: {
    message: (d: { producer: string; time: number; promised: number }): string =>
      `an event of '${d.producer}' has the time ${d.time}, and the producer has promised that nothing below ${d.promised} will follow`,
    cure: 'Give the producer a `promise` that stays below every event still to come; this event was not sent.',
  },
  BAD_PROMISE: {
    message: (d: { producer: string; found: string }): string => `the promise of '${d.producer}' is ${d.found}; expected whole milliseconds since the Unix epoch`,
    cure: 'Make `promise` return a non-negative safe integer; until then the producer repeats its last promise.',
  },
  NOT_DELIVERED: {
    message: (d: { to: string; reason: string; retryAfterMs?: number }): string => `messages could not be delivered to ${d.to}: ${d.reason}`,
    cure: 'Nothing is lost, they are sent again by themselves; see that the receiver runs and takes messages at this address.',
  },
  MESSAGE_REFUSED: {
    message: (d: { message: string; to: string; reason: string }): string => `${d.to} refused the message ${d.message}: it ${d.reason}`,
    cure: 'Let the receiver take such messages and start the producer again: the message is still in its journal.',
  },
  OUTBOX_FULL: {
    message: (d: { producer: string; waitingBytes: number; max: number }): string =>
      `'${d.producer}' has ${d.waitingBytes} bytes waiting to be sent, the most is ${d.max}`,
    cure: 'Wait for earlier sends before sending more; if that takes long, see that the receiver runs.',
  },
  PRODUCER_CLOSED: {
    message: (d: { producer: string }): string => `the producer '${d.producer}' is closed`,
    cure: 'Send before you close it; what it had journalled and not delivered is sent when it is started again.',
  },
  NOT_A_JOURNAL: {
    message: (d: { producer: string; found: string }): string => `the journal of '${d.producer}' cannot be used: it is ${d.found}`,
    cure: 'Give each producer a folder of its own, always the same one.',
  },
};

export const errors: Catalogue<typeof entries> = catalogue(entries);
