import { ALL_DELIVERED, type Delivery, type Transport } from './transport.ts';

/** What a program in the same process is to a producer: logs to append to. */
export interface Appendable {
  /** Resolves once the rows are durable. */
  append(source: string, rows: readonly unknown[]): Promise<unknown>;
}

/** Sends to a source of a program in the same process; given several sources, each is a partition. */
export function into(program: Appendable, source: string | readonly string[]): Transport {
  const sources = typeof source === 'string' ? [source] : source;
  if (sources.length === 0) throw new RangeError('into(program, []): expected at least one source');
  return {
    to: sources.map((name) => `'${name}'`).join(', '),
    partitions: sources.length,
    async deliver(partition: number, messages: readonly string[]): Promise<Delivery> {
      await program.append(
        sources[partition] as string,
        messages.map((text) => JSON.parse(text) as unknown),
      );
      return ALL_DELIVERED;
    },
    close: async () => {},
  };
}
