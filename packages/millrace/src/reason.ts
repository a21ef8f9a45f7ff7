/*
 * Text for messages, of whatever came or was thrown. JavaScript may throw anything, and asking a value for its
 * text runs its code: nothing here throws, and nothing is longer than TEXT_CHARACTERS_MAX and an ellipsis.
 */

/** How much of a text is told. */
export const TEXT_CHARACTERS_MAX = 4096;

/** What an error says, whatever was thrown: its name and its message. */
export function reasonOf(error: unknown): string {
  return told(error, () => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)));
}

/** As `reasonOf`, without the name: where the sentence around it says what kind of failure it is. */
export function messageOf(error: unknown): string {
  return told(error, () => (error instanceof Error ? `${error.message}` : String(error)));
}

/** A value as `String` tells it. */
export function textOf(value: unknown): string {
  return told(value, () => String(value));
}

/** `instanceof` for what somebody threw: a proxy may throw when it is asked. */
export function isA<T>(value: unknown, kind: abstract new (...args: never) => T): value is T {
  try {
    return value instanceof kind;
  } catch {
    return false;
  }
}

/** The beginning of a text, as a copy: a slice would keep all of a long text in memory. */
export function shortened(text: string): string {
  if (text.length <= TEXT_CHARACTERS_MAX) return text;
  return `${Buffer.from(text.slice(0, TEXT_CHARACTERS_MAX), 'utf16le').toString('utf16le')}…`;
}

function told(value: unknown, tell: () => string): string {
  try {
    return shortened(tell());
  } catch {
    return `${kindOf(value)}, which has no text`;
  }
}

/** What it is, where it cannot be told: '[object Object]'. */
export function kindOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return `[${typeof value}]`;
  }
}
