/** A customer of Emily: an address and a key. */
export type Client = {
  /** Asks for so many words of `phi-4`. */
  chat(asked: { readonly words?: number; readonly stream?: boolean; readonly idempotencyKey?: string }): Promise<Response>;
  post(path: string, body: string | object, headers?: Readonly<Record<string, string>>): Promise<Response>;
  get<T>(path: string): Promise<T>;
};

export function clientOf(origin: string, key: string): Client {
  const post: Client['post'] = (path, body, headers = {}) =>
    fetch(new URL(path, origin), {
      method: 'POST',
      headers: { 'authorization': `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    post,
    chat: ({ words = 1, stream = false, idempotencyKey }) =>
      post(
        '/v1/chat/completions',
        { model: 'phi-4', max_tokens: words, stream, messages: [{ role: 'user', content: 'how deep is the mill pond' }] },
        idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
      ),
    get: async <T>(path: string): Promise<T> => {
      const response = await fetch(new URL(path, origin), { headers: { authorization: `Bearer ${key}` } });
      return (await response.json()) as T;
    },
  };
}

/** Usage that was measured elsewhere, as one CloudEvent of a request; `more` replaces its members. */
export function usageEvent(id: string, time: Date, more: Readonly<Record<string, unknown>> = {}): object {
  return {
    specversion: '1.0',
    id,
    source: 'meter-7',
    type: 'usage',
    subject: 'ana',
    time: time.toISOString(),
    data: { model: 'phi-4', inputTokens: 3, outputTokens: 5 },
    ...more,
  };
}
