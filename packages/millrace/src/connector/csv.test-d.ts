import { expectTypeOf, test } from 'vitest';
import type { SourceSpec } from '../task/source.ts';
import { csv } from './csv.ts';

test('without parse an event is a record of strings, with it what it returns', () => {
  expectTypeOf(csv('a.csv')).toEqualTypeOf<SourceSpec<Record<string, string>>>();
  expectTypeOf(csv('a.csv', { columns: ['id'] })).toEqualTypeOf<SourceSpec<Record<string, string>>>();
  expectTypeOf(csv(['a.csv'], { parse: ({ n }) => ({ n: Number(n) }) })).toEqualTypeOf<SourceSpec<{ n: number }>>();
});
