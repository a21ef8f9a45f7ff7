import type { Dispatcher } from 'undici';
import type { Call } from './call.ts';
import type { GatewayLimits } from './limits.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Asks the replica; resolves with an answer of status 200, anything else is a refusal. */
export async function askEngine(call: Call, limits: GatewayLimits): Promise<Dispatcher.ResponseData['body']> {
  const { replica, request, signal, trace } = call;
  const response = await trace.step('engine', (headers) => replica.dispatcher
    .request({
      origin: replica.origin,
      method: 'POST',
      path: request.endpoint.path,
      headers: { ...requestHeaders, ...headers },
      body: request.upstreamBody,
      signal,
      headersTimeout: limits.callMsMax,
      bodyTimeout: limits.engineSilenceMsMax,
    })
    .catch((error) => {
      if (isUnreachable(error)) replica.suspect();
      throw error;
    }));
  if (response.statusCode === 200) return response.body;
  throw refusalOf(response.statusCode, await readAll(response.body, errorBytesMax));
}

const requestHeaders = { 'content-type': 'application/json' };
const errorBytesMax = 64 * 1_024;
/** What the engine finds wrong with the request itself; the rest is wrong with the engine, or with us. */
const callersFault = new Set([400, 413, 422]);

function isUnreachable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT';
}

function refusalOf(status: number, body: Buffer): Refusal {
  const text = body.toString();
  const cause = new Error(`the engine answered ${status}: ${text}`);
  return callersFault.has(status) ? refuse('engine_rejected', { message: messageIn(text) }, cause) : refuse('engine_failed', {}, cause);
}

/** The sentence in an error of an OpenAI-shaped engine. */
function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    if (typeof error?.message === 'string') return error.message;
  } catch {
    // No JSON: nothing in it is for the caller.
  }
  return 'it gave no reason';
}

export async function readAll(body: Dispatcher.ResponseData['body'], bytesMax: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bytesMax) throw new Error(`the engine's answer is longer than ${bytesMax} bytes`);
    parts.push(part);
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
