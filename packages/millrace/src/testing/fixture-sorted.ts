/** Numbers in order, for comparing what has no order of its own. */
export const ascending = (numbers: readonly number[]): readonly number[] => numbers.toSorted((a, b) => a - b);
