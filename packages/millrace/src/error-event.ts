/** Errors: what a single event, or a function that was given it, does wrong. */
export const eventErrors = {
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
};
