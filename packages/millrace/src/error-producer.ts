/** Errors: what producers meet. */
export const producerErrors = {
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
    message: (d: { found: string; expected: string }): string => `the time of an event is ${d.found}; expected ${d.expected}`,
    cure: 'Make the `time` selector of the producer return when the event happened.',
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
