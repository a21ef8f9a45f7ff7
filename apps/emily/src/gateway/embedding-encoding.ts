import { memberNamed, scanObject, withValue } from './json-members.ts';

/** Deeper than any list of embeddings. */
const DEPTH_MAX = 16;

/**
 * An answer with embeddings as stock clients ask for them, without telling their callers: base64 of float32,
 * little-endian. Where an engine has sent lists of numbers instead they are put into that; all else stays as it came.
 */
export function inBase64(body: Buffer, answer: unknown): Buffer {
  const data = (answer as { readonly data?: unknown } | null)?.data;
  if (!Array.isArray(data) || !data.some(isList)) return body;
  const object = scanObject(body, DEPTH_MAX);
  const member = memberNamed(object, 'data');
  if (member === undefined) return body;
  return withValue(object, member, JSON.stringify(data.map((one: unknown) => (isList(one) ? { ...one, embedding: base64(one.embedding) } : one))));
}

type Listed = { readonly embedding: readonly number[] };

const isList = (one: unknown): one is Listed => {
  const embedding = (one as Partial<Listed> | null)?.embedding;
  return Array.isArray(embedding) && embedding.every((number) => typeof number === 'number');
};

function base64(numbers: readonly number[]): string {
  const bytes = Buffer.alloc(numbers.length * Float32Array.BYTES_PER_ELEMENT);
  for (const [i, number] of numbers.entries()) bytes.writeFloatLE(number, i * Float32Array.BYTES_PER_ELEMENT);
  return bytes.toString('base64');
}
