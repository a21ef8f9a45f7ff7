import { epochMs, type EpochMs } from '../../domain/names.ts';
import { tokenCount } from './token-count.ts';
import { UnexpectedLine, type LineReader, type TraceFormat } from './trace-format.ts';
import { traceStartMs, type Arrival } from './trace-row.ts';

/*
 * Mooncake's traces, one request a line.
 *
 *   line := {"timestamp": ms from 0, "input_length": n, "output_length": n, "hash_ids": [id, …]}
 *
 * Each id stands for a block of 512 input tokens together with all blocks before it, so a leading
 * block whose id was seen in an earlier request is input that a prefix cache would have held.
 */
const tokensPerBlock = 512;

/** The most blocks that are remembered, 8 thousand million tokens of prompts: what a Set can hold. */
export const seenBlocksMax: number = 2 ** 24 - 1;

export const mooncakeJsonl: TraceFormat = {
  name: 'Mooncake JSONL',
  firstLine: 'a JSON object with timestamp, input_length, output_length and hash_ids',
  recognises: (firstLine) => firstLine.startsWith('{') && fields.every((field) => firstLine.includes(`"${field}"`)),
  open: () => new MooncakeReader(),
};

const fields = ['timestamp', 'input_length', 'output_length', 'hash_ids'];

interface Request {
  readonly atMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly blocks: readonly unknown[];
}

class MooncakeReader implements LineReader {
  latest: EpochMs = epochMs(0);
  readonly #seenBlocks = new Set<unknown>();

  count(line: string): number {
    this.#sawUpTo(parse(line));
    return 1;
  }

  arrivals(line: string): readonly Arrival[] {
    const request = parse(line);
    this.#sawUpTo(request);
    const { atMs, inputTokens, outputTokens, blocks } = request;
    const cachedInputTokens = Math.min(inputTokens, this.#leadingBlocksSeen(blocks) * tokensPerBlock);
    if (this.#seenBlocks.size + blocks.length > seenBlocksMax) {
      throw new UnexpectedLine(`at most ${seenBlocksMax} different blocks up to here`);
    }
    for (const block of blocks) this.#seenBlocks.add(block);
    return [{ at: epochMs(traceStartMs + atMs), inputTokens, outputTokens, cachedInputTokens }];
  }

  #sawUpTo({ atMs }: Request): void {
    this.latest = epochMs(Math.max(this.latest, traceStartMs + atMs));
  }

  #leadingBlocksSeen(blocks: readonly unknown[]): number {
    const unseen = blocks.findIndex((block) => !this.#seenBlocks.has(block));
    return unseen === -1 ? blocks.length : unseen;
  }
}

function parse(line: string): Request {
  const { timestamp, input_length, output_length, hash_ids } = parseObject(line);
  if (!Number.isInteger(timestamp) || !((timestamp as number) >= 0 && (timestamp as number) <= timestampMax)) {
    throw new UnexpectedLine(`timestamp to be a whole number of milliseconds from 0 to ${timestampMax}`);
  }
  if (!Array.isArray(hash_ids)) throw new UnexpectedLine('hash_ids to be an array');
  return {
    atMs: timestamp as number,
    inputTokens: tokenCount(input_length, 'input_length'),
    outputTokens: tokenCount(output_length, 'output_length'),
    blocks: hash_ids,
  };
}

/** A hundred years in milliseconds. */
const timestampMax = 100 * 366 * 86_400_000;

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UnexpectedLine('a JSON object');
  }
  if (typeof value !== 'object' || value === null) throw new UnexpectedLine('a JSON object');
  return value as Record<string, unknown>;
}
