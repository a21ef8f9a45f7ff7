import { explain, NoAnswer } from '../../live/ask.ts';
import { playgroundStrings } from '../../strings-of-playground.ts';
import { strings } from '../../strings.ts';
import { SseData } from './sse-data.ts';

export type Message = { readonly role: 'user' | 'assistant'; readonly content: string };
export type Wish = { readonly key: string; readonly model: string; readonly most: number; readonly messages: readonly Message[] };

type Chunk = { readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[]; readonly error?: { readonly message?: string } };

/**
 * Asks a model as any client does, with a key and without the session. `begun` has the id of a request that is
 * answered, `words` each part of the answer as it comes. Throws NoAnswer with what the gateway says; aborting ends the request upstream as well.
 */
export async function streamAnswer({ key, model, most, messages }: Wish, on: { readonly begun: (request: string | null) => void; readonly words: (part: string) => void }, signal: AbortSignal): Promise<void> {
  let response: Response;
  try {
    response = await fetch('/v1/chat/completions', {
      method: 'POST', credentials: 'omit', signal,
      headers: { 'authorization': `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages, max_tokens: most, stream: true }),
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new NoAnswer(strings.unreachable.network, { cause });
  }
  // What is refused costs nothing, and with a key that nobody has it is in no tenant's log.
  if (!response.ok || response.body === null) throw new NoAnswer(await explain(response));
  on.begun(response.headers.get('x-request-id'));
  const events = new SseData();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new NoAnswer(playgroundStrings.reset);
    for (const data of events.push(value)) {
      if (data === '[DONE]') return;
      const { choices, error } = JSON.parse(data) as Chunk;
      if (error !== undefined) throw new NoAnswer(error.message ?? playgroundStrings.reset);
      const part = choices?.[0]?.delta?.content;
      if (typeof part === 'string' && part !== '') on.words(part);
    }
  }
}
