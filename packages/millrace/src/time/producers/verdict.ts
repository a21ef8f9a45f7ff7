/** What becomes of a message. */
export type Verdict = number;
/** An event: it is processed. */
export const EVENT: Verdict = 0;
/** A heartbeat or a close: heard. */
export const HEARD: Verdict = 1;
/** It came before. */
export const REPEATED: Verdict = 2;
/** Its producer is not on the roster. */
export const UNKNOWN: Verdict = 3;
/** It contradicts what its producer said before. */
export const CONTRADICTED: Verdict = 4;
/** It would need more than a limit. */
export const BEYOND_LIMIT: Verdict = 5;
