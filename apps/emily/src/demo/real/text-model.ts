/** A language model that goes on with a text, as far as the server in front of it uses it. */
export interface TextModel {
  /** The most tokens that a prompt and its answer may have together. */
  readonly contextTokensMax: number;
  /** The tokens of a prompt, with all that the model needs around it. */
  tokensOf(text: string): readonly number[];
  /**
   * Makes tokens until the model ends the answer or nobody takes more. Leaving the loop, and the signal, stop the model; a
   * signal that fires while the call waits for its turn takes it out of the queue.
   */
  goOn(prompt: readonly number[], how: Sampling, signal: AbortSignal): AsyncIterable<Made>;
  /** What the engine itself has counted since its start: tokens that it took in without sampling, and tokens that it sampled. */
  counted(): { readonly input: number; readonly output: number };
}

export type Sampling = {
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number | undefined;
};

/** One token. */
export type Made = {
  /** What it adds to the text; empty where it is a part of a character. */
  readonly text: string;
  /** It says that the answer ends here; it counts as any other. */
  readonly isEnd: boolean;
};
