import type { KeyedStream } from '../../stream/keyed-stream.ts';
import type { BuiltStream } from './operator.ts';
import type { Toy } from './toy.ts';

const odd = (toy: Toy): boolean => toy.n % 2 !== 0;

/** The events of one key each; `all` has none. */
export function keyed(stream: BuiltStream, by: unknown): KeyedStream<Toy, unknown> {
  if (by === 'both') return stream.keyBy<{ key: string; odd: boolean }>({ key: (toy: Toy) => toy.key, odd }) as KeyedStream<Toy, unknown>;
  return stream.keyBy((toy: Toy) => toy.key) as KeyedStream<Toy, unknown>;
}

export function keyOf(by: unknown): (toy: Toy) => unknown {
  if (by === 'all') return () => undefined;
  return by === 'both' ? (toy) => ({ key: toy.key, odd: odd(toy) }) : (toy) => toy.key;
}
