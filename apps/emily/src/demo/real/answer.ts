import type { ChatWish } from './chat-wish.ts';
import { StopText } from './stop-text.ts';
import type { TextModel } from './text-model.ts';
import { nextTurn } from './transcript.ts';

export type FinishReason = 'stop' | 'length';

/** One step of an answer: what a token has added, and how many there are with it. */
export type Step = { readonly text: string; readonly completionTokens: number; readonly finish: FinishReason | null };

/**
 * The answer to a prompt, one step a token: a token that adds no text is a step too, so that every count is told.
 *
 * `completionTokens` counts every token that the model has made, those included that end the answer and are no part
 * of its text: it is what the engine did.
 */
export async function* answer(model: TextModel, prompt: readonly number[], wish: ChatWish, signal: AbortSignal): AsyncGenerator<Step, void> {
  const stop = new StopText([nextTurn, ...wish.stops]);
  const tokensMax = Math.min(wish.tokensMax, model.contextTokensMax - prompt.length);
  let completionTokens = 0;
  let isBegin = true;
  for await (const made of model.goOn(prompt, wish.sampling, signal)) {
    completionTokens++;
    const finish = made.isEnd ? 'stop' : completionTokens >= tokensMax ? 'length' : null;
    let text = stop.push(made.isEnd ? '' : made.text);
    if (finish !== null && !stop.found) text += stop.end();
    // The text that was gone on with ends without a space; the answer begins with one.
    if (isBegin) text = text.trimStart();
    isBegin &&= text === '';
    const isLast = stop.found || finish !== null;
    yield { text, completionTokens, finish: stop.found ? 'stop' : finish };
    if (isLast) return;
  }
  throw new Error('the model stopped without a word');
}
