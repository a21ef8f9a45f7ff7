import type { CallRequest } from './call-request.ts';
import type { Endpoint } from './endpoint.ts';
import { memberNamed, scanObject, withMember, withValue } from './json-members.ts';
import type { GatewayLimits } from './limits.ts';
import { refuse } from './refusal.ts';

/** What a call may come to, as its request says. */
export type TokensAsked = {
  /** No input of this request is longer. */
  readonly inputMax: number;
  /** How many answers it asks for, each as long as that; undefined where it does not say how long. */
  readonly choices: number;
  readonly outputMax: number | undefined;
};

/** What a model's template may add to what was sent: its own system prompt, names of roles, marks between messages. */
const TEMPLATE_TOKENS_MAX = 1_024;
/** More is nobody's wish; and with these a product is still a safe integer. */
const OUTPUT_ASKED_MAX = 1_000_000;
const CHOICES_ASKED_MAX = 128;

/** Parts of a message whose tokens are in its bytes. */
const texts: ReadonlySet<unknown> = new Set(['text', 'input_text', 'output_text', 'refusal']);

type Json = Readonly<Record<string, unknown>>;

/** Members that decide how much an answer may cost: two readers of the body must not disagree on them. */
export const lengthMembers = ({ lengths: { members, choices, list } }: Endpoint): readonly string[] => [...members, ...choices, ...(list === undefined ? [] : [list])];

/**
 * A token is at least a byte of text, and text is no shorter in JSON. What is attached by its address is as long as the
 * longest input of all.
 */
export function tokensAsked(request: Json, bodyBytes: number, { lengths, counts }: Endpoint, { attachedTokensMax }: Pick<GatewayLimits, 'attachedTokensMax'>): TokensAsked {
  const greatest = (members: readonly string[], least: number, most: number): number | undefined => {
    const said = members.map((member) => wholeNumber(request, member, least, most)).filter((number) => number !== undefined);
    return said.length === 0 ? undefined : Math.max(...said);
  };
  const listed = lengths.list === undefined ? undefined : request[lengths.list];
  return {
    inputMax: bodyBytes + TEMPLATE_TOKENS_MAX + (hasAttachments(request) ? attachedTokensMax : 0),
    choices: (greatest(lengths.choices, 1, CHOICES_ASKED_MAX) ?? 1) * answered(listed),
    // Engines differ in which of several they heed.
    outputMax: counts.generates ? greatest(lengths.members, 0, OUTPUT_ASKED_MAX) : 0,
  };
}

/** The request for the engine, in which the length of an answer is limited where its client has left that open. */
export function withOutputMax(request: CallRequest, most: number, depthMax: number): CallRequest {
  const { endpoint, tokens, upstreamBody } = request;
  const [usual] = endpoint.lengths.members;
  if (tokens.outputMax !== undefined || usual === undefined) return request;
  const object = scanObject(upstreamBody, depthMax);
  // Those that are there are null.
  const member = endpoint.lengths.members.map((name) => memberNamed(object, name)).findLast((found) => found !== undefined);
  const body = member === undefined ? withMember(object, usual, String(most)) : withValue(object, member, String(most));
  return { ...request, upstreamBody: body };
}

function wholeNumber(request: Json, member: string, least: number, most: number): number | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw refuse('invalid_member', { member, expected: `a whole number from ${least} to ${most}`, found: typeof value === 'number' ? String(value) : `a ${typeof value}` });
}

/** How many prompts these are: each text or list of tokens is one, and so are tokens together. */
const answered = (prompts: unknown): number => (Array.isArray(prompts) && !prompts.every((one) => typeof one === 'number') ? prompts.length : 1);

/** Whether a message, or what a tool has said, has a part that is no text. */
function hasAttachments({ messages, input }: Json): boolean {
  const all = [messages, input].filter((list) => Array.isArray(list)).flat() as readonly unknown[];
  return all.some((message) => {
    const { content, output } = (message ?? {}) as { readonly content?: unknown; readonly output?: unknown };
    return [content, output].some((parts) => Array.isArray(parts) && parts.some(isAttached));
  });
}

const isAttached = (part: unknown): boolean => !texts.has((part as { type?: unknown } | null)?.type);
