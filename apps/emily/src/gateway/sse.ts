/*
 * Server-sent events, as far as chat streams need them.
 *
 *   stream := event*
 *   event  := line* blank         blank: an empty line
 *   line   := text end            end: LF, CR or CR LF
 *   text   := "data:" " "? payload | ":" comment | other fields
 *
 * An event's payload is the payloads of its data lines, joined by line feeds. Bytes come cut
 * anywhere, within a line end too.
 */

export type SseEvent = {
  /** The event as it came, its blank line included. */
  readonly bytes: Buffer;
  /** Undefined where the event has no data line: a comment, a keep-alive. */
  readonly data: Buffer | undefined;
};

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const nothing = Buffer.alloc(0);

/** Cuts a stream of bytes into its events. What is no whole event yet waits for the rest. */
export class SseReader {
  readonly #bytesMax: number;
  #rest: Buffer = nothing;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The events that these bytes complete. */
  push(chunk: Buffer): SseEvent[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const events: SseEvent[] = [];
    let eventStart = 0;
    let lineStart = 0;
    let data: Buffer | undefined;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte !== lineFeed && byte !== carriageReturn) continue;
      const end = i;
      if (byte === carriageReturn) {
        if (i + 1 === bytes.length) break; // A line feed may follow and belong to it.
        if (bytes[i + 1] === lineFeed) i++;
      }
      if (end === lineStart) {
        events.push({ bytes: bytes.subarray(eventStart, i + 1), data });
        eventStart = i + 1;
        data = undefined;
      } else {
        const payload = payloadOf(bytes, lineStart, end);
        if (payload !== undefined) data = data === undefined ? payload : Buffer.concat([data, newLine, payload]);
      }
      lineStart = i + 1;
    }
    this.#rest = eventStart === bytes.length ? nothing : bytes.subarray(eventStart);
    if (this.#rest.length > this.#bytesMax) throw new Error(`a server-sent event of more than ${this.#bytesMax} bytes`);
    return events;
  }
}

const newLine = Buffer.from('\n');
const field = 'data:';

function payloadOf(bytes: Buffer, start: number, end: number): Buffer | undefined {
  if (end - start < field.length || bytes.toString('latin1', start, start + field.length) !== field) return undefined;
  const from = start + field.length;
  return bytes.subarray(bytes[from] === 0x20 ? from + 1 : from, end);
}

/** A payload as an event of its own. */
export function sseEvent(payload: Buffer): Buffer {
  return Buffer.concat([dataField, payload.includes(lineFeed) ? oneLine(payload) : payload, eventEnd]);
}

const dataField = Buffer.from('data: ');
const eventEnd = Buffer.from('\n\n');

/** In JSON a line feed can only stand between tokens, where a space does as well. */
const oneLine = (payload: Buffer): Buffer => Buffer.from(payload.toString().replaceAll('\n', ' '));
