import { isUtf8 } from 'node:buffer';
import { userId, type UserId } from '../domain/names.ts';
import type { Endpoint } from './endpoint.ts';
import { memberNamed, membersNamed, scanObject, withMember, withValue, type JsonObject } from './json-members.ts';
import type { GatewayLimits } from './limits.ts';
import { refuse } from './refusal.ts';
import { lengthMembers, tokensAsked, type TokensAsked } from './tokens-asked.ts';

/** What a stream's chunks tell its client about usage: nothing, the final count, or the running counts too. */
export type UsageShown = 'none' | 'final' | 'running';

/** What the gateway reads of a call. All else is between the client and the engine. */
export type CallRequest = {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly user: UserId | undefined;
  readonly stream: boolean;
  readonly usageShown: UsageShown;
  readonly tokens: TokensAsked;
  /** Of embeddings: as base64, and not as lists of numbers. */
  readonly wantsBase64: boolean;
  /** The bytes for the engine: the client's own, except that a stream is told to report its usage. */
  readonly upstreamBody: Buffer;
};

/** Members that decide what is billed to whom: two readers of the body must not disagree on them. */
const decisive = ['model', 'user', 'stream', 'stream_options', 'encoding_format', 'store'];

export function readCallRequest(body: Buffer, endpoint: Endpoint, limits: Pick<GatewayLimits, 'jsonDepthMax' | 'userLengthMax' | 'attachedTokensMax'>): CallRequest {
  if (!isUtf8(body)) throw refuse('invalid_utf8', {});
  const object = scanObject(body, limits.jsonDepthMax);
  if (object.depth > limits.jsonDepthMax) throw refuse('json_too_deep', { max: limits.jsonDepthMax });
  const request = parse(body);
  for (const member of [...decisive, ...lengthMembers(endpoint)]) {
    if (membersNamed(object, member).length > 1) throw refuse('duplicate_member', { member });
  }
  const stream = endpoint.stream !== 'none' && (optionalBoolean(request, 'stream') ?? false);
  const options = endpoint.stream === 'chunks' ? streamOptions(request) : {};
  refuseKeeping(request, endpoint);
  return {
    endpoint,
    model: string(request['model'], 'model'),
    user: user(request['user'], limits.userLengthMax),
    stream,
    usageShown: usageShown(options),
    tokens: tokensAsked(request, body.length, endpoint, limits),
    wantsBase64: !endpoint.counts.generates && request['encoding_format'] === 'base64',
    upstreamBody: upstreamBody(object, request, { endpoint, stream, options }),
  };
}

type Json = Readonly<Record<string, unknown>>;

function parse(body: Buffer): Json {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch (error) {
    throw refuse('malformed_json', { problem: (error as Error).message });
  }
  if (isObject(value)) return value;
  throw refuse('malformed_json', { problem: `it is ${describe(value)}` });
}

function user(value: unknown, lengthMax: number): UserId | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const text = string(value, 'user');
  // Half a surrogate pair is no character: stored as UTF-8, all of them would become one.
  if (!text.isWellFormed()) throw refuse('invalid_member', { member: 'user', expected: 'well-formed Unicode', found: 'half a surrogate pair' });
  if (text.length <= lengthMax) return userId(text);
  throw refuse('invalid_member', { member: 'user', expected: `at most ${lengthMax} characters`, found: `${text.length}` });
}

function streamOptions(request: Json): Json {
  const options = request['stream_options'] ?? {};
  if (isObject(options)) return options;
  throw refuse('invalid_member', { member: 'stream_options', expected: 'an object', found: describe(options) });
}

function usageShown(options: Json): UsageShown {
  if (options['include_usage'] !== true) return 'none';
  return options['continuous_usage_stats'] === true ? 'running' : 'final';
}

/** What an engine keeps of a call for the next one is nothing that the tenant asked us to keep. */
function refuseKeeping(request: Json, { keeps }: Endpoint): void {
  const member = keeps.find((name) => request[name] !== undefined && request[name] !== null && request[name] !== false);
  if (member !== undefined) throw refuse('invalid_member', { member, expected: 'left out, as no texts are kept here', found: describe(request[member]) });
}

function upstreamBody(object: JsonObject, request: Json, { endpoint, stream, options }: { readonly endpoint: Endpoint; readonly stream: boolean; readonly options: Json }): Buffer {
  if (endpoint.stream === 'chunks') return stream ? withUsageAsked(object, options) : object.bytes;
  if (!endpoint.keeps.includes('store') || request['store'] === false) return object.bytes;
  const member = memberNamed(object, 'store');
  return member === undefined ? withMember(object, 'store', 'false') : withValue(object, member, 'false');
}

/** Running counts make a stream that is cut off as exact as one that ends. */
function withUsageAsked(object: JsonObject, options: Json): Buffer {
  const asked = JSON.stringify({ ...options, include_usage: true, continuous_usage_stats: true });
  const member = memberNamed(object, 'stream_options');
  return member === undefined ? withMember(object, 'stream_options', asked) : withValue(object, member, asked);
}

function string(value: unknown, member: string): string {
  if (typeof value === 'string') return value;
  throw refuse('invalid_member', { member, expected: 'a string', found: describe(value) });
}

function optionalBoolean(request: Json, member: string): boolean | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw refuse('invalid_member', { member, expected: 'true or false', found: describe(value) });
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
