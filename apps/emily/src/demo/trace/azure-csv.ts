import { epochMs, type EpochMs } from '../../domain/names.ts';
import { tokenCount } from './token-count.ts';
import { UnexpectedLine, type LineReader, type TraceFormat } from './trace-format.ts';
import type { Arrival } from './trace-row.ts';

/*
 * Azure's LLM inference traces of 2023, one request a line.
 *
 *   file      := "TIMESTAMP,ContextTokens,GeneratedTokens" line*
 *   line      := timestamp "," input-tokens "," output-tokens
 *   timestamp := "2023-11-16 18:15:46.6805900"        UTC, in steps of 100 ns
 *
 * Times are floored to the millisecond.
 */
const header = 'TIMESTAMP,ContextTokens,GeneratedTokens';

export const azureCsv: TraceFormat = {
  name: 'Azure LLM 2023 CSV',
  firstLine: `the header ${header}`,
  recognises: (firstLine) => firstLine === header,
  open: () => new AzureReader(),
};

class AzureReader implements LineReader {
  latest: EpochMs = epochMs(0);
  #headerSeen = false;

  count(line: string): number {
    return this.arrivals(line).length;
  }

  arrivals(line: string): readonly Arrival[] {
    if (!this.#headerSeen) {
      this.#headerSeen = true;
      return [];
    }
    const fields = line.split(',');
    if (fields.length !== 3) throw new UnexpectedLine('a time and two counts, separated by commas');
    const at = timestamp(fields[0]!);
    this.latest = epochMs(Math.max(this.latest, at));
    return [{
      at,
      inputTokens: tokenCount(fields[1], 'ContextTokens'),
      outputTokens: tokenCount(fields[2], 'GeneratedTokens'),
      cachedInputTokens: 0,
    }];
  }
}

/** The day, the time to the millisecond, and digits that are cut off. */
const pattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})\d{0,4}$/;

function timestamp(text: string): EpochMs {
  const parts = pattern.exec(text);
  const ms = parts === null ? Number.NaN : Date.parse(`${parts[1]}T${parts[2]}Z`);
  if (Number.isNaN(ms)) throw new UnexpectedLine('a time like 2023-11-16 18:15:46.6805900');
  return epochMs(ms);
}
