import type { StreamState } from './engine-stream.ts';
import { readEngineUsage, type EngineUsage } from './engine-usage.ts';
import { responses } from './endpoint.ts';
import { memberNamed, scanObject, valueText, type JsonObject } from './json-members.ts';
import { SseReader, type SseEvent } from './sse.ts';

/** The events with which a response ends, and has its count. */
const LAST: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete']);
const FAILED: ReadonlySet<unknown> = new Set(['response.failed', 'error']);
const DEPTH_MAX = 256;

/**
 * An engine's stream of a response on its way to the client: whole events, byte for byte.
 *
 * - The last one has the count, and is held back, because the call must be recorded first. After it nothing passes.
 * - So is an error of the engine, because what it says is for us.
 */
export class ResponseStream {
  usage: EngineUsage | undefined;
  metered = false;
  state: StreamState = 'open';
  held: Buffer | undefined;
  error: string | undefined;
  readonly #reader: SseReader;

  constructor(eventBytesMax: number) {
    this.#reader = new SseReader(eventBytesMax);
  }

  /** What may go on to the client of these bytes and of what waited for them. */
  push(bytes: Buffer): Buffer {
    const passed: Buffer[] = [];
    for (const event of this.#reader.push(bytes)) {
      if (this.state === 'open') this.#take(event, passed);
    }
    return passed.length === 1 ? passed[0]! : Buffer.concat(passed);
  }

  #take({ bytes, data }: SseEvent, passed: Buffer[]): void {
    const event = data === undefined ? undefined : scanObject(data, DEPTH_MAX);
    const type = event && read(event, 'type');
    if (FAILED.has(type) || (event !== undefined && type === undefined && memberNamed(event, 'error') !== undefined)) {
      this.state = 'error';
      this.error = data?.toString();
    } else if (LAST.has(type)) {
      const response = read(event as JsonObject, 'response') as { readonly usage?: unknown } | null | undefined;
      this.usage = readEngineUsage(response?.usage, responses);
      this.metered = this.usage !== undefined;
      this.state = 'done';
      this.held = bytes;
    } else passed.push(bytes);
  }
}

function read(object: JsonObject, name: string): unknown {
  const member = memberNamed(object, name);
  if (member === undefined) return undefined;
  try {
    return JSON.parse(valueText(object, member));
  } catch {
    return undefined; // A broken event is the engine's affair; it counts nothing.
  }
}
