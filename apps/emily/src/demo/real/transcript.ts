import { BadWish } from './bad-wish.ts';

export type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string };

const speakers = { user: 'User', assistant: 'Assistant' } as const;

/** Where the model begins to speak for the user, its answer is over. */
export const nextTurn = '\nUser:';

/**
 * A conversation as a text to go on with. The weights are those of a base model, which was not taught to
 * answer: it goes on with a transcript as a book would.
 */
export function transcript(messages: readonly Message[]): string {
  const lines = messages.map(({ role, content }) => (role === 'system' ? `${content}\n` : `${speakers[role]}: ${content}`));
  return [...lines, `${speakers.assistant}:`].join('\n');
}

/** The messages of a request: texts, or lists of parts that are texts. */
export function messagesOf(value: unknown): readonly Message[] {
  if (!Array.isArray(value) || value.length === 0) throw new BadWish('messages', 'messages must be a list with at least one message');
  return value.map((one: unknown, index) => {
    const { role, content } = (typeof one === 'object' && one !== null ? one : {}) as { role?: unknown; content?: unknown };
    const known = role === 'developer' ? 'system' : role;
    if (known !== 'system' && known !== 'user' && known !== 'assistant') throw new BadWish('messages', `messages[${index}].role must be system, developer, user or assistant, not ${JSON.stringify(role)}`);
    return { role: known, content: textOf(content, index) };
  });
}

function textOf(content: unknown, index: number): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw new BadWish('messages', `messages[${index}].content must be a text or a list of parts`);
  return content
    .map((part: unknown) => {
      const { type, text } = (typeof part === 'object' && part !== null ? part : {}) as { type?: unknown; text?: unknown };
      if (type === 'text' && typeof text === 'string') return text;
      throw new BadWish('messages', `messages[${index}].content may have parts of type text only: this model reads nothing else`);
    })
    .join('');
}
