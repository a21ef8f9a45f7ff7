import type { KeyPart } from '../state/key.ts';

/**
 * What a key part may be that is written `text` in a query: a string, and also the number, bigint or word
 * it reads as; `7n` is the bigint where there is a number 7 too. In double quotes it is a string and nothing else.
 */
export function partsOf(text: string): readonly KeyPart[] {
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) {
    const quoted = parsed(text);
    return typeof quoted === 'string' ? [quoted] : [text];
  }
  if (text === 'true') return [text, true];
  if (text === 'false') return [text, false];
  if (text === 'null') return [text, null];
  if (/^-?\d+n$/.test(text)) return [text, BigInt(text.slice(0, -1))];
  if (!/^-?\d/.test(text)) return [text];
  const number = Number(text);
  const isWhole = /^-?\d+$/.test(text);
  const candidates: KeyPart[] = [text];
  // A whole number that is not exact would be another one.
  if (isWhole ? Number.isSafeInteger(number) : Number.isFinite(number)) candidates.push(number);
  if (isWhole) candidates.push(BigInt(text));
  return candidates;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every key that several such texts may mean together, strings first. */
export function keysOf(texts: readonly string[]): readonly (readonly KeyPart[])[] {
  return texts.reduce<readonly (readonly KeyPart[])[]>((keys, text) => keys.flatMap((key) => partsOf(text).map((part) => [...key, part])), [[]]);
}
