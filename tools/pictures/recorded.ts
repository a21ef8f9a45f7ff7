import type { MarbleLines, MarbleOptions } from 'millrace/testing';
import type { Drawn, Write } from './story.ts';

/*
 * What a block of a page imports instead of 'millrace/testing' while its picture is drawn: the same
 * function, which runs nothing and remembers what it was given.
 */

const given: Drawn[] = [];

export function marbles(write: Write, lines: MarbleLines, options: MarbleOptions = {}): void {
  given.push({ write, lines, options });
}

/** What was given since the last call. */
export function taken(): readonly Drawn[] {
  return given.splice(0);
}
