import type { Answer } from './answer.ts';
import type { QueryName } from './workload.ts';

const m1: ReadonlyMap<number, Answer> = new Map([
  [1_000_000, { rows: 300_653, checksum: 2_478_416_391 }],
  [2_000_000, { rows: 598_511, checksum: 4_956_756_324 }],
  [10_000_000, { rows: 2_722_863, checksum: 24_769_557_503 }],
]);

/**
 * What each query must answer for each number of events; three independent implementations agree.
 * m2 is m1 on disk, m1-producers is m1 with other completeness, m1-revise with another late policy, and all answer the same.
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
  q3: new Map([
    [1_000_000, { rows: 2_438, checksum: 73_617_969 }],
    [2_000_000, { rows: 4_821, checksum: 291_727_100 }],
    [10_000_000, { rows: 22_947, checksum: 6_911_224_293 }],
  ]),
  q4: new Map([
    [1_000_000, { rows: 59_904, checksum: 520_880_395_963 }],
    [2_000_000, { rows: 119_812, checksum: 1_042_076_721_099 }],
    [10_000_000, { rows: 599_113, checksum: 5_211_540_600_165 }],
  ]),
  q5: new Map([
    [1_000_000, { rows: 59, checksum: 1_898_399 }],
    [2_000_000, { rows: 114, checksum: 6_919_912 }],
    [10_000_000, { rows: 534, checksum: 159_894_263 }],
  ]),
  q7: new Map([
    [1_000_000, { rows: 10, checksum: 100_000_036 }],
    [2_000_000, { rows: 20, checksum: 200_000_288 }],
    [10_000_000, { rows: 101, checksum: 1_009_997_110 }],
  ]),
  q8: new Map([
    [1_000_000, { rows: 56_564, checksum: 557_050_283 }],
    [2_000_000, { rows: 112_877, checksum: 2_241_859_633 }],
    [10_000_000, { rows: 563_055, checksum: 56_223_462_169 }],
  ]),
  q11: new Map([
    [1_000_000, { rows: 19_909, checksum: 920_000 }],
    [2_000_000, { rows: 39_923, checksum: 1_840_000 }],
    [10_000_000, { rows: 199_916, checksum: 9_200_000 }],
  ]),
  q18: new Map([
    [1_000_000, { rows: 920_000, checksum: 4_599_139_587_640 }],
    [2_000_000, { rows: 1_840_000, checksum: 9_198_851_335_650 }],
    [10_000_000, { rows: 9_200_000, checksum: 45_974_276_793_367 }],
  ]),
  m1,
  m2: m1,
  'm1-producers': m1,
  'm1-revise': m1,
};
