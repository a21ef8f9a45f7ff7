import type { Step } from './answer.ts';
import type { ChatWish } from './chat-wish.ts';

/*
 * Answers in the shapes of OpenAI's chat completions.
 */

type Head = { readonly id: string; readonly created: number; readonly model: string; readonly promptTokens: number };

export function completion({ id, created, model, promptTokens }: Head, text: string, last: Step): object {
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: null, finish_reason: last.finish }],
    usage: usage(promptTokens, last.completionTokens),
  };
}

/** The chunks of a stream, as server-sent events: one for each step, and behind the last one the counts, where they are asked for. */
export function streamed({ id, created, model, promptTokens }: Head, wish: Pick<ChatWish, 'includeUsage' | 'continuousUsage'>): (step: Step) => string {
  const head = { id, object: 'chat.completion.chunk', created, model };
  let isFirst = true;
  return ({ text, completionTokens, finish }) => {
    const counts = usage(promptTokens, completionTokens);
    const running = wish.includeUsage ? { usage: wish.continuousUsage ? counts : null } : {};
    const delta = { ...(isFirst && { role: 'assistant' }), content: text };
    isFirst = false;
    let events = event({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...running });
    if (finish !== null && wish.includeUsage) events += event({ ...head, choices: [], usage: counts });
    return events;
  };
}

const usage = (prompt: number, made: number): object => ({ prompt_tokens: prompt, completion_tokens: made, total_tokens: prompt + made });

const event = (chunk: object): string => `data: ${JSON.stringify(chunk)}\n\n`;
