import type { UsageShown } from './call-request.ts';
import { chatCompletions } from './endpoint.ts';
import { readEngineUsage, type EngineUsage } from './engine-usage.ts';
import { memberNamed, scanObject, valueText, withoutMember, withValue, type JsonObject } from './json-members.ts';
import { sseEvent, SseReader, type SseEvent } from './sse.ts';

/** How far a stream is: still coming, at its `[DONE]`, or ended by an error that the engine reported. */
export type StreamState = 'open' | 'done' | 'error';

/**
 * An engine's stream on its way to the client.
 *
 * - Only whole events pass, and they pass byte for byte, except for the usage that the gateway
 *   asked for and the client did not: that is cut out of its chunk, and the chunk that holds
 *   nothing else is dropped.
 * - `[DONE]` is held back, because the call must be recorded first, and so is an error of the
 *   engine, because what it says is for us. After either nothing passes.
 */
export class EngineStream {
  /** The newest count: running, or final where `metered`. */
  usage: EngineUsage | undefined;
  /** The engine's last word on usage came: the chunk without choices. */
  metered = false;
  state: StreamState = 'open';
  /** The `[DONE]` event, once it came. */
  held: Buffer | undefined;
  /** What the engine said of its failure. */
  error: string | undefined;
  readonly #shown: UsageShown;
  readonly #reader: SseReader;

  constructor(shown: UsageShown, eventBytesMax: number) {
    this.#shown = shown;
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
    if (data === undefined) passed.push(bytes);
    else if (data.equals(done)) {
      this.state = 'done';
      this.held = bytes;
    } else this.#takeChunk(bytes, scanObject(data, chunkDepthMax), passed);
  }

  #takeChunk(bytes: Buffer, chunk: JsonObject, passed: Buffer[]): void {
    const error = memberNamed(chunk, 'error');
    if (error !== undefined) {
      this.state = 'error';
      this.error = valueText(chunk, error);
      return;
    }
    const member = memberNamed(chunk, 'usage');
    if (member === undefined) return void passed.push(bytes);
    const usage = usageIn(valueText(chunk, member));
    const isLast = usage !== undefined && hasNoChoices(chunk);
    if (usage !== undefined) this.usage = usage;
    if (isLast) this.metered = true;

    if (this.#shown === 'running' || (this.#shown === 'final' && (isLast || usage === undefined))) passed.push(bytes);
    else if (this.#shown === 'final') passed.push(sseEvent(withValue(chunk, member, 'null')));
    else if (!isLast) passed.push(sseEvent(withoutMember(chunk, member)));
  }
}

const done = Buffer.from('[DONE]');
/** Deeper than any engine nests; the scan of a chunk stops there and what it can't read passes as it is. */
const chunkDepthMax = 256;

function usageIn(text: string): EngineUsage | undefined {
  try {
    return readEngineUsage(JSON.parse(text), chatCompletions); // A completion's are called the same.
  } catch {
    return undefined; // A broken chunk is the engine's affair; it counts nothing.
  }
}

function hasNoChoices(chunk: JsonObject): boolean {
  const choices = memberNamed(chunk, 'choices');
  return choices === undefined || /^\[\s*\]$/.test(valueText(chunk, choices));
}
