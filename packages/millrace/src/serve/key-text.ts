import type { KeyPart } from '../state/key.ts';

/**
 * What a key part may be that is written `text` in a query: a string, and also the number, bigint or word
 * it reads as. In double quotes it is a string and nothing else.
 */
export function partsOf(text: string): readonly KeyPart[] {
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) {
    const quoted = parsed(text);
    return typeof quoted === 'string' ? [quoted] : [text];
  }
  if (text === 'true') return [text, true];
  if (text === 'false') return [text, false];
  if (text === 'null') return [text, null];
  if (!/^-?\d/.test(text)) return [text];
  const number = Number(text);
  const candidates: KeyPart[] = [text];
  if (Number.isFinite(number)) candidates.push(number);
  if (/^-?\d+$/.test(text)) candidates.push(BigInt(text));
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
