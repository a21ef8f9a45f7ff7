import type { Recorded } from './recorded.ts';

/** The same facts, with a frontier that stays so far behind, until the end. */
export function heldBack<T>(stream: Recorded<T>, backMs: number): Recorded<T> {
  const out: Recorded<T>[number][] = [];
  let frontier = -1;
  for (const entry of stream) {
    if (entry.kind === 'fact') out.push(entry);
    else if (entry.to - backMs > frontier) {
      frontier = entry.to - backMs;
      out.push({ ...entry, to: frontier });
    }
  }
  return out;
}
