import type { Batch, SourceContext, SourceSpec } from 'millrace';

/** Batches made by the generator as a source of one partition; it is read once, from its beginning. */
export function generated<E>(source: Iterable<readonly E[]>): SourceSpec<E> {
  return {
    text: 'generated',
    partitions: 1,
    open: async ({ clock }: SourceContext) => {
      const batches = source[Symbol.iterator]();
      let position = 0;
      let rest: readonly E[] = [];
      const read = (max: number): Batch<E> | 'ended' => {
        if (rest.length === 0) {
          const { done, value } = batches.next();
          if (done === true) return 'ended';
          rest = value;
        }
        const rows = rest.length <= max ? rest : rest.slice(0, max);
        rest = rows === rest ? [] : rest.slice(max);
        position += rows.length;
        return { rows, arrival: clock.now(), cursor: position };
      };
      return [{ read, ready: async () => {}, close: async () => {} }];
    },
  };
}
