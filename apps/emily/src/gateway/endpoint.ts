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
  readonly lengths: Lengths;
};

/** How a request says how much it asks for. */
export type Lengths = {
  /** Members that limit the length of an answer; the first is set where none of them is. None: there is no text in it. */
  readonly members: readonly string[];
  /** Members that ask for several answers; the greatest counts. */
  readonly choices: readonly string[];
  /** The member that may be a list, each of which is answered so often. */
  readonly list?: string;
  /** How long an answer is by custom where nothing limits it, in tokens; where there is no custom it depends on the model. */
  readonly usual?: number;
};

const counts = { input: 'prompt_tokens', output: 'completion_tokens', details: 'prompt_tokens_details', generates: true };

export const chatCompletions: Endpoint = { path: '/v1/chat/completions', stream: 'chunks', counts, keeps: [], lengths: { members: ['max_tokens', 'max_completion_tokens'], choices: ['n'] } };
export const completions: Endpoint = { path: '/v1/completions', stream: 'chunks', counts, keeps: [], lengths: { members: ['max_tokens'], choices: ['n', 'best_of'], list: 'prompt', usual: 16 } };
export const embeddings: Endpoint = { path: '/v1/embeddings', stream: 'none', counts: { ...counts, generates: false }, keeps: [], lengths: { members: [], choices: [] } };
export const responses: Endpoint = {
  path: '/v1/responses',
  stream: 'events',
  counts: { input: 'input_tokens', output: 'output_tokens', details: 'input_tokens_details', generates: true },
  keeps: ['store', 'previous_response_id', 'conversation', 'background'],
  lengths: { members: ['max_output_tokens'], choices: [] },
};

export const endpoints: readonly Endpoint[] = [chatCompletions, completions, embeddings, responses];
