import { BadWish } from './bad-wish.ts';
import type { Sampling } from './text-model.ts';
import { messagesOf, type Message } from './transcript.ts';

/** A chat completion request. */
export type ChatWish = {
  readonly messages: readonly Message[];
  readonly tokensMax: number;
  readonly sampling: Sampling;
  readonly stops: readonly string[];
  readonly stream: boolean;
  /** A last chunk with the counts. */
  readonly includeUsage: boolean;
  /** The counts so far in every chunk. */
  readonly continuousUsage: boolean;
};

/** Where the caller names no length: a small model has little to say. */
const tokensUsual = 256;
const stopsMax = 4;

/** What would change the answer and is not done here is refused; what asks for nothing beyond the usual is let through. */
const usualOnly: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: (value) => value === 1,
  logprobs: (value) => value === false,
  tools: isEmptyList,
  functions: isEmptyList,
  response_format: (value) => (value as { type?: unknown }).type === 'text',
  presence_penalty: (value) => value === 0,
  frequency_penalty: (value) => value === 0,
  logit_bias: (value) => typeof value === 'object' && Object.keys(value as object).length === 0,
};

export function readChatWish(body: string, model: string): ChatWish {
  const wish = parsed(body);
  if (wish['model'] !== model) throw new BadWish('model', `this server has the model ${model}, not ${JSON.stringify(wish['model'])}`, 'model_not_found');
  for (const [name, isUsual] of Object.entries(usualOnly)) {
    const value = wish[name] ?? undefined;
    if (value !== undefined && !isUsual(value)) throw new BadWish(name, `${name} is not done by this server`, 'unsupported_value');
  }
  const options = objectOr(wish['stream_options'], 'stream_options');
  return {
    messages: messagesOf(wish['messages']),
    tokensMax: number(wish, 'max_completion_tokens', 1, 1_000_000, true) ?? number(wish, 'max_tokens', 1, 1_000_000, true) ?? tokensUsual,
    sampling: {
      temperature: number(wish, 'temperature', 0, 2, false) ?? 0.7,
      topP: number(wish, 'top_p', 0, 1, false) ?? 0.95,
      seed: number(wish, 'seed', 0, 2 ** 32 - 1, true),
    },
    stops: stopsOf(wish['stop'] ?? undefined),
    stream: wish['stream'] === true,
    includeUsage: options['include_usage'] === true,
    continuousUsage: options['continuous_usage_stats'] === true,
  };
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Told below, together with JSON that is no object.
  }
  throw new BadWish(null, 'the body must be a JSON object');
}

function number(wish: Readonly<Record<string, unknown>>, name: string, min: number, max: number, isWhole: boolean): number | undefined {
  const value = wish[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
  throw new BadWish(name, `${name} must be ${isWhole ? 'a whole number' : 'a number'} from ${min} to ${max}, not ${JSON.stringify(value)}`);
}

function stopsOf(value: unknown): readonly string[] {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  if (list.length <= stopsMax && list.every((one) => typeof one === 'string' && one !== '')) return list as string[];
  throw new BadWish('stop', `stop must be a text or a list of at most ${stopsMax} texts, none of them empty`);
}

function objectOr(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const given = value ?? {};
  if (typeof given === 'object' && !Array.isArray(given)) return given as Readonly<Record<string, unknown>>;
  throw new BadWish(name, `${name} must be an object`);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
