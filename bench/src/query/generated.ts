import type { Batch, SourceContext, SourceSpec } from 'millrace';

/** Batches made by the generator as a source of one partition; it is read once, from its beginning. */
export function generated<E>(source: Iterable<readonly E[]>): SourceSpec<E> {
  return {
    text: 'generated',
    partitions: 1,
    open: async ({ clock }: SourceContext) => {
      const batches = source[Symbol.iterator]();
      let position = 0;
      const read = (): Batch<E> | 'ended' => {
        const { done, value } = batches.next();
        if (done === true) return 'ended';
        position += value.length;
        return { rows: value, arrival: clock.now(), cursor: position };
      };
      return [{ read, ready: async () => {}, close: async () => {} }];
    },
  };
}
