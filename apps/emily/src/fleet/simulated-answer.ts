import { seededWords } from './words.ts';

/*
 * The simulated engine's answers, in OpenAI's shapes.
 *
 * They are put together as text, because a replica that is only there to be called must cost
 * far less than the gateway under test. Nothing needs escaping: ids and words are plain
 * letters, and the model's name is escaped once, at start.
 */

export type SimulatedAnswer = {
  readonly id: string;
  readonly createdSeconds: number;
  /** The model's name as a JSON string, quotes included. */
  readonly modelJson: string;
  readonly promptTokens: number;
  /** The words of each choice. */
  readonly choices: readonly (readonly string[])[];
  readonly finishReason: 'length' | 'stop';
};

/** An answer's length when the caller sets none: drawn from this range, ends included. */
const outputTokensDrawn = { min: 16, max: 200 };

export function drawChoices(choices: number, outputTokens: number | undefined, seed: number): string[][] {
  const span = outputTokensDrawn.max - outputTokensDrawn.min + 1;
  const words = outputTokens ?? outputTokensDrawn.min + ((seed >>> 0) % span);
  return Array.from({ length: choices }, (_, index) => seededWords(words, seed + index));
}

export const outputTokens = (answer: SimulatedAnswer): number =>
  answer.choices.reduce((sum, words) => sum + words.length, 0);

const usage = (prompt: number, completion: number): string =>
  `{"prompt_tokens":${prompt},"completion_tokens":${completion},"total_tokens":${prompt + completion}}`;

const head = (answer: SimulatedAnswer, object: string): string =>
  `{"id":"${answer.id}","object":"${object}","created":${answer.createdSeconds},"model":${answer.modelJson},` +
  `"system_fingerprint":"simulated","choices":[`;

export function wholeAnswer(answer: SimulatedAnswer): string {
  const choices = answer.choices.map(
    (words, index) =>
      `{"index":${index},"message":{"role":"assistant","content":"${words.join(' ')}"},` +
      `"logprobs":null,"finish_reason":"${answer.finishReason}"}`,
  );
  const counts = usage(answer.promptTokens, outputTokens(answer));
  return `${head(answer, 'chat.completion')}${choices.join(',')}],"usage":${counts}}`;
}

/** How a stream reports usage: not at all, at the end, or in every chunk and at the end. */
export type StreamUsage = 'none' | 'final' | 'continuous';

/** Writes one answer as server-sent events; the caller decides how many words go out when. */
export class AnswerStream {
  /** Words sent so far, over all choices. */
  sent = 0;
  readonly #answer: SimulatedAnswer;
  readonly #usage: StreamUsage;
  readonly #head: string;

  constructor(answer: SimulatedAnswer, streamUsage: StreamUsage) {
    this.#answer = answer;
    this.#usage = streamUsage;
    this.#head = `data: ${head(answer, 'chat.completion.chunk')}`;
  }

  start(): string {
    return this.#eachChoice((index) => this.#chunk(index, '{"role":"assistant","content":""}', 'null'));
  }

  /** The next words of every choice: `count` of them from the word `from` on. */
  words(from: number, count: number): string {
    return this.#eachChoice((index, all) => {
      const words = all.slice(from, from + count);
      this.sent += words.length;
      return this.#chunk(index, `{"content":"${from === 0 ? '' : ' '}${words.join(' ')}"}`, 'null');
    });
  }

  end(): string {
    const finish = this.#eachChoice((index) => this.#chunk(index, '{}', `"${this.#answer.finishReason}"`));
    const last = this.#usage === 'none' ? '' : `${this.#head}],"usage":${usage(this.#answer.promptTokens, this.sent)}}\n\n`;
    return `${finish}${last}data: [DONE]\n\n`;
  }

  #eachChoice(write: (index: number, words: readonly string[]) => string): string {
    let text = '';
    for (const [index, words] of this.#answer.choices.entries()) text += write(index, words);
    return text;
  }

  #chunk(index: number, delta: string, finishReason: string): string {
    return `${this.#head}{"index":${index},"delta":${delta},"logprobs":null,"finish_reason":${finishReason}}]${this.#tail()}\n\n`;
  }

  #tail(): string {
    if (this.#usage === 'none') return '}';
    return this.#usage === 'final' ? ',"usage":null}' : `,"usage":${usage(this.#answer.promptTokens, this.sent)}}`;
  }
}
