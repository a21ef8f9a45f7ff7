import type { Readable } from 'node:stream';
import { cancelled, completed, failed, type Call } from './call.ts';
import { EngineStream } from './engine-stream.ts';
import type { Mark, StreamClient } from './stream-client.ts';
import { askEngine } from './engine-request.ts';
import type { Answer } from './kept-answers.ts';
import type { GatewayLimits } from './limits.ts';
import { Recording } from './recording.ts';
import { Refusal, refuse } from './refusal.ts';
import { ResponseStream } from './response-stream.ts';
import { answerHeaders } from './whole-answer.ts';

type AnyStream = EngineStream | ResponseStream;

/** Why a stream was cut off: nobody listens. */
const clientGone = new Error('the client is gone');

/**
 * Makes a call that streams, passing its events on as they come.
 *
 * - Before the stream begins a failure is thrown, and can be answered with a status.
 * - After that it is told in the stream, which then ends without `[DONE]`; it is thrown as well.
 * - `[DONE]`, or the last event of a response, leaves once the end is durable.
 * - The client gone, the engine is stopped, and the call ends as `cancelled`; a call with a key goes on.
 *
 * Resolves with the whole answer where it was recorded, to be kept.
 */
export async function streamedAnswer(call: Call, client: StreamClient, limits: GatewayLimits): Promise<Answer | undefined> {
  const stopWatching = call.hasKey ? () => {} : client.onGone(() => call.cutOff(clientGone));
  try {
    return await passOn(call, client, limits);
  } catch (error) {
    if (call.signal.reason !== clientGone) throw error;
    await call.finish(endOfCancelled(client.delivered));
    return undefined;
  } finally {
    stopWatching();
  }
}

async function passOn(call: Call, client: StreamClient, limits: GatewayLimits): Promise<Answer | undefined> {
  const body = await askEngine(call, limits);
  const headers = { ...answerHeaders(call), 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
  client.begin(headers);
  const { endpoint, usageShown } = call.request;
  const stream = endpoint.stream === 'events' ? new ResponseStream(limits.eventBytesMax) : new EngineStream(usageShown, limits.eventBytesMax);
  const record = call.hasKey ? new Recording(limits.keptAnswerBytesMax) : undefined;
  try {
    await readToEnd(body, stream, call.signal, (bytes) => {
      call.counted(stream.usage);
      if (bytes.length > 0) call.firstTokenCame();
      record?.add(bytes);
      return client.write(bytes, { usage: stream.usage, metered: stream.metered });
    });
    await recordEnd(call, stream);
    const last = stream.held ?? doneEvent;
    record?.add(last);
    client.end(last);
  } catch (error) {
    if (call.signal.reason === clientGone) throw error;
    const refusal = Refusal.of(error);
    await call.finish(failed).catch(() => undefined); // The log fails as well: the client is told of the first failure.
    client.end(Buffer.from(`data: ${refusal.json()}\n\n`));
    throw refusal;
  }
  const recorded = record?.bytes();
  return recorded && { request: call.asked.id, headers, body: recorded };
}

/** Reads until the stream's last word on the call; each piece may ask to wait before the next. */
async function readToEnd(
  body: Readable,
  stream: AnyStream,
  signal: AbortSignal,
  pass: (bytes: Buffer) => Promise<void> | undefined,
): Promise<void> {
  try {
    // Left early, the body is not destroyed: that would close a connection that can be used again.
    for await (const bytes of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      await pass(stream.push(bytes));
      signal.throwIfAborted();
      if (stream.state !== 'open') break;
    }
  } catch (error) {
    if (signal.aborted || !stream.metered) throw error; // After the final count a broken connection takes nothing away.
  }
  body.on('error', () => undefined).resume(); // What comes after the last event does not concern the call.
}

/** Records how the stream ended. Its count is final with the chunk that holds nothing else, with or without `[DONE]`. */
async function recordEnd(call: Call, { state, metered, usage, error }: AnyStream): Promise<void> {
  if (state === 'error') throw refuse('engine_failed', {}, new Error(`the engine reported ${error}`));
  if (state === 'open' && !metered) throw refuse('engine_failed', {}, new Error('the stream ended before its last event'));
  await call.finish(completed(usage, metered ? 'engine-final' : 'engine-running'));
}

const endOfCancelled = ({ usage, metered }: Mark): ReturnType<typeof cancelled> =>
  metered ? completed(usage, 'engine-final') : cancelled(usage, 'engine-running');

const doneEvent = Buffer.from('data: [DONE]\n\n');
