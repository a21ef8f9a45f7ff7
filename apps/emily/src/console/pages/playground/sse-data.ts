/**
 * The data of server-sent events, from text that may be cut anywhere. Comments and other fields are passed over, and
 * what has no blank line after it is no event yet.
 */
export class SseData {
  #rest = '';

  /** The events that this text completes. */
  push(text: string): readonly string[] {
    // A CR at the end may be half of a line's end: it waits for what follows.
    const all = this.#rest + text;
    const until = all.endsWith('\r') ? all.length - 1 : all.length;
    const events = all.slice(0, until).replaceAll(/\r\n?/g, '\n').split('\n\n');
    this.#rest = (events.pop() ?? '') + all.slice(until);
    return events.flatMap(dataOf);
  }
}

function dataOf(event: string): readonly string[] {
  const lines = event.split('\n').filter((line) => line.startsWith('data:'));
  return lines.length === 0 ? [] : [lines.map((line) => line.slice('data:'.length).replace(/^ /, '')).join('\n')];
}
