import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Made, TextModel } from './text-model.ts';
import { Turns } from './turns.ts';

/** So many calls are made at a time; more wait for their turn. */
const callsMax = 4;
const contextTokens = 2_048;
/** The more often a word was said lately, the less likely it comes again: small models go in circles without it. */
const repeatPenalty = { penalty: 1.1, lastTokens: 64 };
/** A character is at most so many tokens. */
const tokensPerCharacterMax = 4;

/** llama.cpp, through the package `node-llama-cpp` in a folder of its own, on the CPU. */
export async function llamaModel({ engine, weights }: { readonly engine: string; readonly weights: string }): Promise<TextModel> {
  const { getLlama } = (await import(pathToFileURL(join(engine, 'node_modules', 'node-llama-cpp', 'dist', 'index.js')).href)) as LlamaPackage;
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, logLevel: 'error' });
  const model = await llama.loadModel({ modelPath: weights });
  // Its threads wait for each other at every step: with one more than there are free cores it is ten times slower.
  // One core is for Emily, and for whatever else there is.
  const threads = Math.max(1, llama.cpuMathCores - 1);
  const context = await model.createContext({ contextSize: contextTokens, sequences: callsMax, threads });
  const sequences = Array.from({ length: callsMax }, () => context.getSequence());
  const turns = new Turns(sequences);

  return {
    contextTokensMax: contextTokens,
    tokensOf: (text) => [...(model.tokens.shouldPrependBosToken && model.tokens.bos !== null ? [model.tokens.bos] : []), ...model.tokenize(text)],
    async *goOn(prompt, { temperature, topP, seed }, signal): AsyncGenerator<Made, void> {
      const sequence = await turns.take(signal);
      try {
        const last: number[] = [];
        let split: number[] = [];
        const options = {
          temperature, topP, yieldEogToken: true,
          ...(seed !== undefined && { seed }),
          repeatPenalty: { penalty: repeatPenalty.penalty, punishTokens: () => last },
        };
        for await (const token of sequence.evaluate([...prompt], options)) {
          signal.throwIfAborted();
          if (model.isEogToken(token)) return void (yield { text: '', isEnd: true });
          split.push(token);
          const text = model.detokenize(split, false, last);
          const isWhole = !text.endsWith('\ufffd') || split.length >= tokensPerCharacterMax;
          yield { text: isWhole ? text : '', isEnd: false };
          signal.throwIfAborted();
          last.push(token);
          if (last.length > repeatPenalty.lastTokens) last.shift();
          if (isWhole) split = [];
        }
      } finally {
        await sequence.clearHistory();
        turns.giveBack(sequence);
      }
    },
    counted: () => {
      const [input, output] = [0, 0].map((_, i) => sequences.reduce((sum, { tokenMeter }) => sum + (i === 0 ? tokenMeter.usedInputTokens : tokenMeter.usedOutputTokens), 0));
      return { input: input ?? 0, output: output ?? 0 };
    },
  };
}

/** What is used of `node-llama-cpp`, which is no dependency: its types are not here when this is checked. */
type LlamaPackage = { getLlama(options: object): Promise<Llama> };
type Llama = { readonly cpuMathCores: number; loadModel(options: { readonly modelPath: string }): Promise<Model> };
type Model = {
  readonly tokens: { readonly bos: number | null; readonly shouldPrependBosToken: boolean };
  /** Special tokens in the text are plain text: nobody may end a message from within. */
  tokenize(text: string): number[];
  detokenize(tokens: readonly number[], special: boolean, before: readonly number[]): string;
  isEogToken(token: number): boolean;
  createContext(options: object): Promise<{ getSequence(): Sequence }>;
};
type Sequence = {
  readonly tokenMeter: { readonly usedInputTokens: number; readonly usedOutputTokens: number };
  evaluate(tokens: number[], options: object): AsyncGenerator<number, void>;
  clearHistory(): Promise<void>;
};
