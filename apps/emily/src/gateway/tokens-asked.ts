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

/** Members that decide how much an answer may cost: two readers of the body must not disagree on them. */
export const decisiveForTokens: readonly string[] = ['max_tokens', 'max_completion_tokens', 'n'];

/** What a model's template may add to what was sent: its own system prompt, names of roles, marks between messages. */
const TEMPLATE_TOKENS_MAX = 1_024;
/** More is nobody's wish; and with these a product is still a safe integer. */
const OUTPUT_ASKED_MAX = 100_000_000;
const CHOICES_ASKED_MAX = 1_024;

type Json = Readonly<Record<string, unknown>>;

/**
 * A token is at least a byte of text, and text is no shorter in JSON. What is attached by its address is as long as the
 * longest input of all.
 */
export function tokensAsked(request: Json, bodyBytes: number, { attachedTokensMax }: Pick<GatewayLimits, 'attachedTokensMax'>): TokensAsked {
  const asked = [wholeNumber(request, 'max_tokens', 0, OUTPUT_ASKED_MAX), wholeNumber(request, 'max_completion_tokens', 0, OUTPUT_ASKED_MAX)].filter((most) => most !== undefined);
  return {
    inputMax: bodyBytes + TEMPLATE_TOKENS_MAX + (hasAttachments(request['messages']) ? attachedTokensMax : 0),
    choices: wholeNumber(request, 'n', 1, CHOICES_ASKED_MAX) ?? 1,
    // Engines differ in which of the two they heed.
    outputMax: asked.length === 0 ? undefined : Math.max(...asked),
  };
}

/** The body for the engine, in which the length of an answer is limited: its client has left that open. */
export function withOutputMax(body: Buffer, most: number, depthMax: number): Buffer {
  const object = scanObject(body, depthMax);
  // There it is null, or not at all.
  const member = memberNamed(object, 'max_completion_tokens') ?? memberNamed(object, 'max_tokens');
  return member === undefined ? withMember(object, 'max_tokens', String(most)) : withValue(object, member, String(most));
}

function wholeNumber(request: Json, member: string, least: number, most: number): number | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw refuse('invalid_member', { member, expected: `a whole number from ${least} to ${most}`, found: typeof value === 'number' ? String(value) : `a ${typeof value}` });
}

/** Whether a message has a part that is no text. */
function hasAttachments(messages: unknown): boolean {
  return Array.isArray(messages) && messages.some((message: { content?: unknown } | null) => Array.isArray(message?.content) && message.content.some(isAttached));
}

const isAttached = (part: unknown): boolean => (part as { type?: unknown } | null)?.type !== 'text';
