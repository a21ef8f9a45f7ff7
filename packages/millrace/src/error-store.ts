/** Errors: what the store refuses, or has lost. */
export const storeErrors = {
  CORRUPT_BLOCK: {
    message: (d: { where: string; what: string; expected: string; actual: string }): string =>
      `${d.where} is damaged: its ${d.what} is ${d.actual}, expected ${d.expected}`,
    cure: 'Keep the folder as it is for examination, and restore the newest backup, or make a store as of an earlier commit with `millrace replay`.',
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
    cure: 'Free space there, or allow more; nothing of what was refused is stored, so it can be tried again. A program that runs does that by itself.',
  },
  STORE_DAMAGED: {
    message: (d: { path: string; reason: string }): string => `the store in ${d.path} is damaged: ${d.reason}`,
    cure: 'Keep the folder as it is for examination, and restore the newest backup.',
  },
  NO_STORE: {
    message: (d: { path: string; reason: string }): string => `there is no store in ${d.path}: ${d.reason}`,
    cure: 'Give the path of the folder that the program was given as { store }, or restore a backup there.',
  },
  NOT_EMPTY: {
    message: (d: { path: string; found: string }): string => `${d.path} is not empty: it has ${d.found}`,
    cure: 'Give a path where there is nothing yet, or move away what is there: nothing is overwritten.',
  },
  NOT_KEPT: {
    message: (d: { path: string; asked: string; kept: string }): string => `the store in ${d.path} cannot be taken back to ${d.asked}: it has ${d.kept}`,
    cure: 'Ask for a commit that is kept, or restore a backup; a program started with { rewind } keeps what its last commits have changed.',
  },
  READER_CRASHED: {
    message: (d: { path: string; signal: string; key: string }): string => `reading the store in ${d.path} ended the process with ${d.signal}, after the key ${d.key}`,
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
  FENCED: {
    message: (d: { epoch: number; owner: number }): string =>
      `the store was taken over by another task (epoch ${d.owner}; this one has ${d.epoch})`,
    cure: 'Run one task per store; this one has to stop.',
  },
  LOG_ENDED: {
    message: (d: { log: string }): string => `the log '${d.log}' has ended; nothing can be appended to it`,
    cure: 'Append before you end a log, or give the program a new folder.',
  },
};
