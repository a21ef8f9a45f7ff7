import type { SimulatedAnswer, Streaming } from './simulated-answer.ts';

/*
 * The simulated engine's answers to `/v1/responses`, which have one message: whole, and as the events of a stream.
 */

type Content = readonly { readonly type: 'output_text'; readonly text: string; readonly annotations: readonly never[] }[];

const partOf = (text: string): Content[number] => ({ type: 'output_text', text, annotations: [] });

const messageOf = ({ id }: SimulatedAnswer, status: string, content: Content): object => ({ id: `msg-${id}`, type: 'message', status, role: 'assistant', content });

function responseOf(answer: SimulatedAnswer, status: string, text: string | undefined, sent: number): object {
  const { id, createdSeconds, modelJson, promptTokens, finishReason } = answer;
  const isOver = text !== undefined;
  return {
    id,
    object: 'response',
    created_at: createdSeconds,
    status,
    error: null,
    incomplete_details: isOver && finishReason === 'length' ? { reason: 'max_output_tokens' } : null,
    model: JSON.parse(modelJson) as string,
    output: isOver ? [messageOf(answer, status, [partOf(text)])] : [],
    store: false,
    metadata: {},
    usage: isOver ? { input_tokens: promptTokens, input_tokens_details: { cached_tokens: 0 }, output_tokens: sent, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: promptTokens + sent } : null,
  };
}

const endOf = ({ finishReason }: SimulatedAnswer): 'completed' | 'incomplete' => (finishReason === 'length' ? 'incomplete' : 'completed');

const wordsOf = ({ choices }: SimulatedAnswer): readonly string[] => choices[0]?.words ?? [];

export function wholeResponse(answer: SimulatedAnswer): string {
  const words = wordsOf(answer);
  return JSON.stringify(responseOf(answer, endOf(answer), words.join(' '), words.length));
}

/** Writes one response as events; the caller decides how many words go out when. */
export class ResponseEvents implements Streaming {
  /** Words sent so far. */
  sent = 0;
  readonly #answer: SimulatedAnswer;
  readonly #of: object;
  #number = 0;

  constructor(answer: SimulatedAnswer) {
    this.#answer = answer;
    this.#of = { item_id: `msg-${answer.id}`, output_index: 0, content_index: 0 };
  }

  start(): string {
    const response = responseOf(this.#answer, 'in_progress', undefined, 0);
    return (
      this.#event('response.created', { response }) +
      this.#event('response.in_progress', { response }) +
      this.#event('response.output_item.added', { output_index: 0, item: messageOf(this.#answer, 'in_progress', []) }) +
      this.#event('response.content_part.added', { ...this.#of, part: partOf('') })
    );
  }

  words(from: number, count: number): string {
    const words = wordsOf(this.#answer).slice(from, from + count);
    this.sent += words.length;
    return this.#event('response.output_text.delta', { ...this.#of, delta: `${from === 0 ? '' : ' '}${words.join(' ')}`, logprobs: [] });
  }

  end(): string {
    const text = wordsOf(this.#answer).join(' ');
    const status = endOf(this.#answer);
    return (
      this.#event('response.output_text.done', { ...this.#of, text, logprobs: [] }) +
      this.#event('response.content_part.done', { ...this.#of, part: partOf(text) }) +
      this.#event('response.output_item.done', { output_index: 0, item: messageOf(this.#answer, status, [partOf(text)]) }) +
      this.#event(`response.${status}`, { response: responseOf(this.#answer, status, text, this.sent) })
    );
  }

  #event(type: string, data: object): string {
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: this.#number++, ...data })}\n\n`;
  }
}
