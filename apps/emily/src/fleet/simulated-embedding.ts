import { crc32 } from 'node:zlib';
import type { SimulatedEmbeddingRequest, SimulatedInput } from './simulated-request.ts';

/** Where the caller sets none. */
const DIMENSIONS_USUAL = 256;

/** Vectors of length 1 that a seed and a text make: the same text, the same vector. */
export function simulatedEmbeddings({ inputs, dimensions = DIMENSIONS_USUAL, asBase64 }: SimulatedEmbeddingRequest, modelJson: string, seed: number): string {
  const data = inputs.map((input, index) => {
    const vector = vectorOf(input, dimensions, seed);
    return `{"object":"embedding","index":${index},"embedding":${asBase64 ? `"${Buffer.from(vector.buffer).toString('base64')}"` : `[${vector.join(',')}]`}}`;
  });
  const tokens = tokensOf(inputs);
  return `{"object":"list","data":[${data.join(',')}],"model":${modelJson},"usage":{"prompt_tokens":${tokens},"total_tokens":${tokens}}}`;
}

export const tokensOf = (inputs: readonly SimulatedInput[]): number => inputs.reduce((sum, { tokens }) => sum + tokens, 0);

function vectorOf({ text }: SimulatedInput, dimensions: number, seed: number): Float32Array {
  const vector = new Float32Array(dimensions);
  let state = (seed ^ crc32(text)) | 1; // xorshift stays at zero for ever if it starts there
  let squares = 0;
  for (let i = 0; i < dimensions; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const number = state / 2 ** 31;
    vector[i] = number;
    squares += number * number;
  }
  return vector.map((number) => number / Math.sqrt(squares));
}
