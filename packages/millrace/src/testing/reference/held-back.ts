import type { Recorded } from './recorded.ts';

/** The same facts, with a frontier that stays so far behind, until the end. */
export function heldBack<T>(stream: Recorded<T>, backMs: number): Recorded<T> {
  const out: Recorded<T>[number][] = [];
  let frontier = -1;
  for (const entry of stream) {
    if (entry.kind === 'fact') out.push(entry);
    else if (heldTo(entry.to, backMs) > frontier) {
      frontier = heldTo(entry.to, backMs);
      out.push({ ...entry, to: frontier });
    }
  }
  return out;
}

function heldTo(frontier: number, backMs: number): number {
  return frontier === Number.POSITIVE_INFINITY ? frontier : frontier - backMs;
}
