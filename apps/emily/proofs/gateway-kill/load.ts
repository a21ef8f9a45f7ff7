import type { Random } from '../../src/demo/random.ts';

/** What a client saw of one request. */
export type Seen = {
  readonly id: string | undefined;
  readonly words: number;
  /** When each count of output came, of a stream. */
  readonly counts: readonly (readonly [tokens: number, atMs: number])[];
  readonly end: 'whole' | 'refused' | 'broken';
};

export type LoadOptions = { readonly origin: string; readonly apiKey: string; readonly model: string; readonly random: Random; readonly lanes: number; readonly goesOn: () => boolean };

const WORDS_MAX = 80;
/** What fails at once is not asked again at once. */
const PAUSE_MS = 20;

/** Clients that ask one thing after the other until they are told to end: streams and others, without keys; and what they saw. */
export async function load({ origin, apiKey, model, random, lanes, goesOn }: LoadOptions): Promise<readonly Seen[]> {
  const all: Seen[] = [];
  const lane = async (): Promise<void> => {
    while (goesOn()) {
      const seen = await asked(origin, apiKey, { model, words: 1 + Math.floor(random() * WORDS_MAX), stream: random() < 0.7 });
      all.push(seen);
      if (seen.end !== 'whole') await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return all;
}

type Asked = { readonly model: string; readonly words: number; readonly stream: boolean };

async function asked(origin: string, apiKey: string, { model, words, stream }: Asked): Promise<Seen> {
  const counts: [number, number][] = [];
  let id: string | undefined;
  const seen = (end: Seen['end']): Seen => ({ id, words, counts, end });
  try {
    const response = await fetch(`${origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, max_tokens: words, messages: [{ role: 'user', content: 'how deep is the mill pond' }], ...(stream ? { stream, stream_options: { include_usage: true, continuous_usage_stats: true } } : {}) }),
    });
    id = response.headers.get('x-request-id') ?? undefined;
    if (!response.ok || response.body === null) return seen('refused');
    let text = '';
    let read = 0;
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      // A count is looked for in whole lines only.
      const whole = text.lastIndexOf('\n') + 1;
      for (const [, tokens] of text.slice(read, whole).matchAll(/"completion_tokens":(\d+)/g)) counts.push([Number(tokens), performance.now()]);
      read = whole;
    }
    return seen(stream && !text.trimEnd().endsWith('data: [DONE]') ? 'broken' : 'whole');
  } catch {
    return seen('broken'); // The other side is gone.
  }
}
