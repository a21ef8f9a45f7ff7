import type { Answer } from './answer.ts';
import type { QueryName } from './workload.ts';

const m1: ReadonlyMap<number, Answer> = new Map([
  [1_000_000, { rows: 300_653, checksum: 2_478_416_391 }],
  [2_000_000, { rows: 598_511, checksum: 4_956_756_324 }],
  [10_000_000, { rows: 2_722_863, checksum: 24_769_557_503 }],
]);

/**
 * What each query must answer for each number of events; three independent implementations agree.
 * m2 is m1 on disk, and answers the same.
 */
export const expectedAnswers: Readonly<Record<QueryName, ReadonlyMap<number, Answer>>> = {
  q0: new Map([
    [1_000_000, { rows: 920_000, checksum: 4_599_139_587_640 }],
    [2_000_000, { rows: 1_840_000, checksum: 9_198_851_335_650 }],
    [10_000_000, { rows: 9_200_000, checksum: 45_974_276_793_367 }],
  ]),
  q1: new Map([
    [1_000_000, { rows: 920_000, checksum: 4_176_018_287_729 }],
    [2_000_000, { rows: 1_840_000, checksum: 8_352_556_096_472 }],
    [10_000_000, { rows: 9_200_000, checksum: 41_744_638_746_587 }],
  ]),
  q2: new Map([
    [1_000_000, { rows: 7_520, checksum: 206_064_606 }],
    [2_000_000, { rows: 14_977, checksum: 863_287_800 }],
    [10_000_000, { rows: 74_298, checksum: 22_146_808_173 }],
  ]),
  q7: new Map([
    [1_000_000, { rows: 10, checksum: 100_000_036 }],
    [2_000_000, { rows: 20, checksum: 200_000_288 }],
    [10_000_000, { rows: 101, checksum: 1_009_997_110 }],
  ]),
  m1,
  m2: m1,
};
