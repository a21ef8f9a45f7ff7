import { countWords } from './words.ts';

/** What the simulated engine reads of a chat completion request; everything else it ignores. */
export type SimulatedRequest = {
  readonly model: string;
  readonly promptTokens: number;
  /** The output's length where the caller fixed it; the text is then exactly so long. */
  readonly outputTokens: number | undefined;
  readonly choices: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly continuousUsage: boolean;
};

/** More choices than this are refused, as engines do. */
export const choicesMax = 16;
/** A longer answer is refused, so that one request can't fill the replica's memory. */
export const outputTokensMax = 1_000_000;

/** What was wrong with a request, as a sentence. */
export class BadRequest extends Error {}

export function readSimulatedRequest(body: string): SimulatedRequest {
  const request = parse(body);
  if (typeof request['model'] !== 'string') throw new BadRequest('model must be a string');
  const options = request['stream_options'];
  const streamOptions = isRecord(options) ? options : {};
  return {
    model: request['model'],
    promptTokens: promptTokens(request['messages']),
    outputTokens: integer(request, 'max_completion_tokens', 0, outputTokensMax) ?? integer(request, 'max_tokens', 0, outputTokensMax),
    choices: integer(request, 'n', 1, choicesMax) ?? 1,
    stream: request['stream'] === true,
    includeUsage: streamOptions['include_usage'] === true,
    continuousUsage: streamOptions['continuous_usage_stats'] === true,
  };
}

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
