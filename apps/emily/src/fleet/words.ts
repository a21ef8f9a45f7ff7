/*
 * The simulated tokenizer: a token is a whitespace-separated word.
 *
 * With it a trace's token counts can be sent as so many words, and what the replica counts
 * is what the file says. It agrees with counting the matches of `/\S+/` in any string.
 */

export function countWords(text: string): number {
  let words = 0;
  let inWord = false;
  for (let i = 0; i < text.length; i++) {
    if (isSpace(text.charCodeAt(i))) {
      inWord = false;
    } else if (!inWord) {
      inWord = true;
      words++;
    }
  }
  return words;
}

const space = 0x20;
const firstBeyondAscii = 0x80;

function isSpace(code: number): boolean {
  if (code > space && code < firstBeyondAscii) return false;
  if (code <= space) return code === space || (code >= 0x09 && code <= 0x0d);
  return (
    code === 0xa0 || code === 0x1680 || (code >= 0x2000 && code <= 0x200a) || code === 0x2028 || code === 0x2029 ||
    code === 0x202f || code === 0x205f || code === 0x3000 || code === 0xfeff
  );
}

/** So many words, drawn from a small vocabulary by a seed: the same seed, the same words. */
export function seededWords(count: number, seed: number): string[] {
  const words = new Array<string>(count);
  let state = (seed ^ 0x9e37_79b9) | 1; // xorshift stays at zero for ever if it starts there
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = vocabulary[state & (vocabulary.length - 1)]!;
  }
  return words;
}

/** Plain letters, so that a word needs no escape in JSON; 64 of them, so that a mask draws one. */
const vocabulary: readonly string[] = [
  'a', 'and', 'as', 'at', 'by', 'for', 'from', 'in', 'into', 'is', 'it', 'of', 'on', 'or', 'that', 'the',
  'this', 'to', 'under', 'with', 'balance', 'basin', 'bridge', 'canal', 'channel', 'clear', 'count', 'current',
  'deep', 'demand', 'drop', 'even', 'exact', 'fall', 'flow', 'gate', 'grain', 'level', 'measure', 'mill', 'morning',
  'narrow', 'open', 'pond', 'quiet', 'race', 'rain', 'river', 'slow', 'sluice', 'source', 'spring', 'steady',
  'stone', 'stream', 'summer', 'supply', 'tide', 'turn', 'valley', 'wall', 'water', 'weir', 'wheel',
];
