import type { ServerResponse } from 'node:http';
import { cancelled, completed, type Call } from './call.ts';
import { inBase64 } from './embedding-encoding.ts';
import { askEngine, readAll } from './engine-request.ts';
import { readEngineUsage, type EngineUsage } from './engine-usage.ts';
import type { Answer } from './kept-answers.ts';
import type { GatewayLimits } from './limits.ts';
import { refuse } from './refusal.ts';

/**
 * Makes a call that does not stream, to its end. The answer may leave when this resolves.
 *
 * The engine is not stopped when the client leaves: it has done most of the work by then. Such a
 * call pays its input; its output went to nobody and is free. With a key it is kept for the next attempt, and paid.
 */
export async function wholeAnswer(call: Call, response: ServerResponse, limits: GatewayLimits): Promise<Answer> {
  const { endpoint, wantsBase64 } = call.request;
  const came = await readAll(await askEngine(call, limits), limits.answerBytesMax);
  // Throws where it is no JSON: the engine failed, and the caller gets no half of anything.
  const answer = JSON.parse(came.toString()) as { readonly usage?: unknown; readonly status?: unknown; readonly error?: unknown } | null;
  if (endpoint.stream === 'events' && answer?.status === 'failed') throw refuse('engine_failed', {}, new Error(`the engine reported ${JSON.stringify(answer.error)}`));
  const usage = readEngineUsage(answer?.usage, endpoint);
  call.counted(usage);
  const body = wantsBase64 ? inBase64(came, answer) : came;
  const isWanted = !response.destroyed || call.hasKey;
  await call.finish(isWanted ? completed(usage, 'engine-final') : cancelled(withoutOutput(usage), 'engine-final'));
  return { request: call.asked.id, headers: { ...answerHeaders(call), 'content-type': 'application/json' }, body };
}

/** What every answer to a call says about the call. */
export function answerHeaders(call: Call): Record<string, string | number> {
  return { 'x-request-id': call.asked.id, 'x-price-id': call.asked.priceId, 'openai-processing-ms': call.elapsedMs() };
}

const withoutOutput = (usage: EngineUsage | undefined): EngineUsage | undefined => usage && { ...usage, outputTokens: 0 };
