import type { Answer } from '../answer.ts';
import type { NexmarkEvent } from '../nexmark.ts';

const paneMs = 2_000;
const panesPerWindow = 5;

/** Bids by auction. */
type Counts = Map<number, number>;

/** The auctions with the most bids in each ten seconds, every two seconds, all of them where several tie. */
export function q5(source: Iterable<readonly NexmarkEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  const panes: Counts[] = [];
  const window: Counts = new Map();

  const emitMost = (): void => {
    let most = 0;
    for (const count of window.values()) if (count > most) most = count;
    for (const [auction, count] of window) {
      if (count !== most) continue;
      rows++;
      checksum += auction + count;
    }
  };

  // With each pane a window ends: it takes this one in, and then lets its oldest go.
  const close = (pane: Counts): void => {
    panes.push(pane);
    for (const [auction, count] of pane) window.set(auction, (window.get(auction) ?? 0) + count);
    emitMost();
    if (panes.length < panesPerWindow) return;
    for (const [auction, count] of panes.shift()!) {
      const left = window.get(auction)! - count;
      if (left === 0) window.delete(auction);
      else window.set(auction, left);
    }
  };

  let pane: Counts = new Map();
  let paneEnd = 0;
  for (const batch of source) {
    for (const event of batch) {
      if (event.time >= paneEnd) {
        // After as many panes as a window has it is empty, and the rest of a silence is skipped.
        for (let closed = 0; closed < panesPerWindow && paneEnd <= event.time; closed++) {
          close(pane);
          pane = new Map();
          paneEnd += paneMs;
        }
        paneEnd = (Math.floor(event.time / paneMs) + 1) * paneMs;
      }
      if (event.kind === 'bid') pane.set(event.auction, (pane.get(event.auction) ?? 0) + 1);
    }
  }
  for (let closed = 0; closed < panesPerWindow; closed++) {
    close(pane);
    pane = new Map();
  }
  return { rows, checksum };
}
