import type { LengthShape } from './distribution.ts';

/*
 * How long prompts and answers are where demand comes without lengths (ServeGen's chunk files, the
 * live demo): lognormal, with the means of the Azure 2023 conversation trace, 1,155 and 211 tokens.
 */
export const inputLength: LengthShape = { median: 700, sigma: 1, max: 32_768 };
export const outputLength: LengthShape = { median: 128, sigma: 1, max: 4_096 };
