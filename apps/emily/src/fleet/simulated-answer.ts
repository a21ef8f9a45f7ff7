import { seededWords } from './words.ts';

/*
 * The simulated engine's answers, in OpenAI's shapes.
 *
 * They are put together as text, because a replica that is only there to be called must cost
 * far less than the gateway under test. Ids and words are plain letters, which need no escaping; the model's name is
 * escaped once, at start, and what a choice begins with where it begins with something.
 */

export type SimulatedAnswer = {
  readonly id: string;
  readonly createdSeconds: number;
  /** The model's name as a JSON string, quotes included. */
  readonly modelJson: string;
  readonly promptTokens: number;
  /** What each choice begins with, and its words. */
  readonly choices: readonly Choice[];
  readonly finishReason: 'length' | 'stop';
};

export type Choice = { readonly beginning: string; readonly words: readonly string[] };

/** How an answer is written, whole and in chunks; texts are JSON already, without their quotes. */
export type Form = {
  readonly whole: string;
  readonly chunk: string;
  readonly text: (text: string) => string;
  readonly first: (text: string) => string;
  readonly next: (text: string) => string;
  readonly last: string;
};

/** Writes one answer as server-sent events, so many words at a time. */
export type Streaming = { readonly sent: number; start(): string; words(from: number, count: number): string; end(): string };

export const chatForm: Form = {
  whole: 'chat.completion',
  chunk: 'chat.completion.chunk',
  text: (text) => `"message":{"role":"assistant","content":"${text}"}`,
  first: (text) => `"delta":{"role":"assistant","content":"${text}"}`,
  next: (text) => `"delta":{"content":"${text}"}`,
  last: '"delta":{}',
};

const asText = (text: string): string => `"text":"${text}"`;
export const textForm: Form = { whole: 'text_completion', chunk: 'text_completion', text: asText, first: asText, next: asText, last: '"text":""' };

/** An answer's length when the caller sets none: drawn from this range, ends included. */
const outputTokensDrawn = { min: 16, max: 200 };

export function drawChoices(beginnings: readonly string[], outputTokens: number | undefined, seed: number): Choice[] {
  const span = outputTokensDrawn.max - outputTokensDrawn.min + 1;
  const words = outputTokens ?? outputTokensDrawn.min + ((seed >>> 0) % span);
  return beginnings.map((beginning, index) => ({ beginning, words: seededWords(words, seed + index) }));
}

export const outputTokens = (answer: SimulatedAnswer): number =>
  answer.choices.reduce((sum, { words }) => sum + words.length, 0);

const usage = (prompt: number, completion: number): string =>
  `{"prompt_tokens":${prompt},"completion_tokens":${completion},"total_tokens":${prompt + completion}}`;

const head = (answer: SimulatedAnswer, object: string): string =>
  `{"id":"${answer.id}","object":"${object}","created":${answer.createdSeconds},"model":${answer.modelJson},` +
  `"system_fingerprint":"simulated","choices":[`;

export function wholeAnswer(answer: SimulatedAnswer, form: Form): string {
  const choices = answer.choices.map(
    ({ beginning, words }, index) => `{"index":${index},${form.text(escaped(beginning) + gap(beginning) + words.join(' '))},"logprobs":null,"finish_reason":"${answer.finishReason}"}`,
  );
  const counts = usage(answer.promptTokens, outputTokens(answer));
  return `${head(answer, form.whole)}${choices.join(',')}],"usage":${counts}}`;
}

/** How a stream reports usage: not at all, at the end, or in every chunk and at the end. */
export type StreamUsage = 'none' | 'final' | 'continuous';

/** Writes one answer as server-sent events; the caller decides how many words go out when. */
export class AnswerStream implements Streaming {
  /** Words sent so far, over all choices. */
  sent = 0;
  readonly #answer: SimulatedAnswer;
  readonly #form: Form;
  readonly #usage: StreamUsage;
  readonly #head: string;

  constructor(answer: SimulatedAnswer, form: Form, streamUsage: StreamUsage) {
    this.#answer = answer;
    this.#form = form;
    this.#usage = streamUsage;
    this.#head = `data: ${head(answer, form.chunk)}`;
  }

  start(): string {
    return this.#eachChoice((index, { beginning }) => this.#chunk(index, this.#form.first(escaped(beginning)), 'null'));
  }

  /** The next words of every choice: `count` of them from the word `from` on. */
  words(from: number, count: number): string {
    return this.#eachChoice((index, { beginning, words: all }) => {
      const words = all.slice(from, from + count);
      this.sent += words.length;
      return this.#chunk(index, this.#form.next(`${from === 0 ? gap(beginning) : ' '}${words.join(' ')}`), 'null');
    });
  }

  end(): string {
    const finish = this.#eachChoice((index) => this.#chunk(index, this.#form.last, `"${this.#answer.finishReason}"`));
    const last = this.#usage === 'none' ? '' : `${this.#head}],"usage":${usage(this.#answer.promptTokens, this.sent)}}\n\n`;
    return `${finish}${last}data: [DONE]\n\n`;
  }

  #eachChoice(write: (index: number, choice: Choice) => string): string {
    let text = '';
    for (const [index, choice] of this.#answer.choices.entries()) text += write(index, choice);
    return text;
  }

  #chunk(index: number, said: string, finishReason: string): string {
    return `${this.#head}{"index":${index},${said},"logprobs":null,"finish_reason":${finishReason}}]${this.#tail()}\n\n`;
  }

  #tail(): string {
    if (this.#usage === 'none') return '}';
    return this.#usage === 'final' ? ',"usage":null}' : `,"usage":${usage(this.#answer.promptTokens, this.sent)}}`;
  }
}

const escaped = (text: string): string => (text === '' ? '' : JSON.stringify(text).slice(1, -1));
const gap = (beginning: string): string => (beginning === '' ? '' : ' ');
