/** An address of the engines that callers may ask through the gateway, and what it has to know of it. */
export type Endpoint = {
  readonly path: string;
  /**
   * How its answer streams: in chunks up to `[DONE]`, each with a count where one is asked for; in events, the last of
   * which has the count; or not at all.
   */
  readonly stream: 'chunks' | 'events' | 'none';
  /** What its counts are called, and whether it makes tokens: one that only reads may leave the count of its output out. */
  readonly counts: { readonly input: string; readonly output: string; readonly details: string; readonly generates: boolean };
  /** Members that would make the engine keep what was said, as this gateway lets none; `store` is on where it is left out. */
  readonly keeps: readonly string[];
};

const counts = { input: 'prompt_tokens', output: 'completion_tokens', details: 'prompt_tokens_details', generates: true };

export const chatCompletions: Endpoint = { path: '/v1/chat/completions', stream: 'chunks', counts, keeps: [] };
export const completions: Endpoint = { path: '/v1/completions', stream: 'chunks', counts, keeps: [] };
export const embeddings: Endpoint = { path: '/v1/embeddings', stream: 'none', counts: { ...counts, generates: false }, keeps: [] };
export const responses: Endpoint = {
  path: '/v1/responses',
  stream: 'events',
  counts: { input: 'input_tokens', output: 'output_tokens', details: 'input_tokens_details', generates: true },
  keeps: ['store', 'previous_response_id', 'conversation', 'background'],
};

export const endpoints: readonly Endpoint[] = [chatCompletions, completions, embeddings, responses];
