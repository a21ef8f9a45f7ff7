/**
 * States what can't be otherwise. A broken assertion is a bug in Millrace, never bad input:
 * the task dies and recovers from its last commit.
 */
export function assert(holds: boolean, message: () => string): asserts holds {
  if (!holds) throw new AssertionError(message());
}

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}
