/** An address of the engines that callers may ask through the gateway, and what it has to know of it. */
export type Endpoint = {
  readonly path: string;
  /** Whether its answer may come as a stream of events. */
  readonly streams: boolean;
  /** Whether it makes tokens; of one that only reads, an engine may leave the count of its output out. */
  readonly generates: boolean;
};

export const chatCompletions: Endpoint = { path: '/v1/chat/completions', streams: true, generates: true };
export const completions: Endpoint = { path: '/v1/completions', streams: true, generates: true };
export const embeddings: Endpoint = { path: '/v1/embeddings', streams: false, generates: false };

export const endpoints: readonly Endpoint[] = [chatCompletions, completions, embeddings];
