import { countWords } from './words.ts';

/** What the simulated engine reads of a request for text, as chat or as a completion; everything else it ignores. */
export type SimulatedRequest = {
  readonly model: string;
  readonly promptTokens: number;
  /** The output's length where the caller fixed it; the text is then exactly so long. */
  readonly outputTokens: number | undefined;
  /** What each choice begins with, before the engine's own words: nothing, or a prompt that is to be echoed. */
  readonly beginnings: readonly string[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly continuousUsage: boolean;
};

/** More choices than this are refused, as engines do. */
export const choicesMax = 16;
/** A longer answer is refused, so that one request can't fill the replica's memory. */
export const outputTokensMax = 1_000_000;

/** Of a completion whose caller sets none, as OpenAI has it. */
const completionTokensUsual = 16;
/** An embedding is no longer. */
const dimensionsMax = 4_096;

/** What was wrong with a request, as a sentence. */
export class BadRequest extends Error {}

export function readSimulatedChat(body: string): SimulatedRequest {
  const request = parse(body);
  return {
    ...common(request),
    promptTokens: promptTokens(request['messages']),
    outputTokens: integer(request, 'max_completion_tokens', 0, outputTokensMax) ?? integer(request, 'max_tokens', 0, outputTokensMax),
    beginnings: Array.from({ length: integer(request, 'n', 1, choicesMax) ?? 1 }, () => ''),
  };
}

/** A text, or messages; the instructions count too. */
export function readSimulatedResponse(body: string): SimulatedRequest {
  const request = parse(body);
  const { input, instructions } = request;
  const messages: unknown = typeof input === 'string' ? [{ content: input }] : input;
  if (!Array.isArray(messages)) throw new BadRequest('input must be a string or an array');
  return {
    ...common(request),
    promptTokens: promptTokens([...messages, { content: instructions }]),
    outputTokens: integer(request, 'max_output_tokens', 0, outputTokensMax),
    beginnings: [''],
  };
}

/** Of several prompts each has its `n` choices, one prompt after the other. */
export function readSimulatedCompletion(body: string): SimulatedRequest {
  const request = parse(body);
  const prompts = inputsOf(request, 'prompt');
  const each = integer(request, 'n', 1, choicesMax) ?? 1;
  if (prompts.length * each > choicesMax) throw new BadRequest(`prompts times n must be at most ${choicesMax}`);
  const beginning = ({ text }: SimulatedInput): string => (request['echo'] === true ? text : '');
  return {
    ...common(request),
    promptTokens: prompts.reduce((sum, { tokens }) => sum + tokens, 0),
    outputTokens: integer(request, 'max_tokens', 0, outputTokensMax) ?? completionTokensUsual,
    beginnings: prompts.flatMap((prompt) => Array.from({ length: each }, () => beginning(prompt))),
  };
}

/** What the simulated engine reads of a request for embeddings. */
export type SimulatedEmbeddingRequest = {
  readonly model: string;
  readonly inputs: readonly SimulatedInput[];
  readonly dimensions: number | undefined;
  readonly asBase64: boolean;
};

export function readSimulatedEmbedding(body: string): SimulatedEmbeddingRequest {
  const request = parse(body);
  return {
    model: modelOf(request),
    inputs: inputsOf(request, 'input'),
    dimensions: integer(request, 'dimensions', 1, dimensionsMax),
    asBase64: request['encoding_format'] === 'base64',
  };
}

function common(request: Record<string, unknown>): Pick<SimulatedRequest, 'model' | 'stream' | 'includeUsage' | 'continuousUsage'> {
  const options = request['stream_options'];
  const streamOptions = isRecord(options) ? options : {};
  return {
    model: modelOf(request),
    stream: request['stream'] === true,
    includeUsage: streamOptions['include_usage'] === true,
    continuousUsage: streamOptions['continuous_usage_stats'] === true,
  };
}

function modelOf({ model }: Record<string, unknown>): string {
  if (typeof model !== 'string') throw new BadRequest('model must be a string');
  return model;
}

/** A text, or tokens, which stand for as many words. */
export type SimulatedInput = { readonly text: string; readonly tokens: number };

/** Of a text, a list of texts, a list of tokens, or a list of such lists. */
function inputsOf(request: Record<string, unknown>, name: string): readonly SimulatedInput[] {
  const value = request[name];
  const list: readonly unknown[] = Array.isArray(value) && !isTokens(value) ? value : [value];
  const inputs = list.map(inputOf);
  if (inputs.length > 0 && inputs.every((input) => input !== undefined)) return inputs;
  throw new BadRequest(`${name} must be a string, a list of strings, a list of tokens, or a list of such lists`);
}

function inputOf(value: unknown): SimulatedInput | undefined {
  if (typeof value === 'string') return { text: value, tokens: countWords(value) };
  return isTokens(value) ? { text: value.join(' '), tokens: value.length } : undefined;
}

const isTokens = (value: unknown): value is readonly number[] => Array.isArray(value) && value.length > 0 && value.every((token) => Number.isSafeInteger(token) && token >= 0);

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value)) return value;
  } catch {
    // Told below, together with JSON that is no object.
  }
  throw new BadRequest('the body must be a JSON object');
}

/** The words of all messages' contents, whether a content is a string or a list of parts. */
function promptTokens(messages: unknown): number {
  if (!Array.isArray(messages)) throw new BadRequest('messages must be an array');
  let words = 0;
  for (const message of messages) {
    const content: unknown = isRecord(message) ? message['content'] : undefined;
    if (typeof content === 'string') words += countWords(content);
    else if (Array.isArray(content)) for (const part of content) words += wordsOfPart(part);
  }
  return words;
}

const wordsOfPart = (part: unknown): number =>
  isRecord(part) && typeof part['text'] === 'string' ? countWords(part['text']) : 0;

function integer(request: Record<string, unknown>, name: string, min: number, max: number): number | undefined {
  const value = request[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new BadRequest(`${name} must be an integer from ${min} to ${max}, not ${JSON.stringify(value)}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
