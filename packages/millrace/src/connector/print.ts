import { checkText } from '../argument.ts';
import { type TextOutput, standardOutput } from '../port/standard-output.ts';
import type { Parcel, SinkDriver, SinkSpec } from '../task/sink.ts';
import type { Json } from '../task/source.ts';
import { readable } from './readable.ts';

/**
 * Prints each row on a line of its own, after `name`: to look at, not to be read by programs.
 *
 * With a store, lines may be printed again after a crash.
 */
export function print<T>(name: string, output: TextOutput = standardOutput): SinkSpec<T> {
  checkText('print(name)', name, 'a name, text that is not empty');
  return { text: `print ${name}`, open: async () => new PrintDriver(name, output) };
}

class PrintDriver<T> implements SinkDriver<T> {
  readonly #name: string;
  readonly #output: TextOutput;
  /** Lines that are not out yet. */
  #lines = '';

  constructor(name: string, output: TextOutput) {
    this.#name = name;
    this.#output = output;
  }

  write(row: T): void {
    this.#lines += this.#line(row);
  }

  flush(): Promise<void> | undefined {
    if (this.#lines === '') return undefined;
    const lines = this.#lines;
    this.#lines = '';
    return this.#output.write(lines);
  }

  encode(rows: readonly T[]): Uint8Array {
    return Buffer.from(rows.map((row) => this.#line(row)).join(''));
  }

  deliver(parcels: readonly Parcel[]): Promise<void> {
    return this.#output.write(Buffer.concat(parcels.map(({ payload }) => payload)).toString());
  }

  position(): Json {
    return null;
  }

  async close(): Promise<void> {}

  #line(row: T): string {
    return `${this.#name} · ${readable(row)}\n`;
  }
}
