/** The style of every picture: it follows the reader's colour scheme, and stands on a card of its own where it cannot. */
export const style: string = `
svg { --paper: #ffffff; --ink: #1f2328; --muted: #59636e; --rule: #d1d9e0; --on: #ffffff; --h0: #0969da; --h1: #bc4c00; --h2: #1a7f37; --h3: #8250df; --h4: #cf222e; --h5: #0f6e66; --hn: #59636e; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #0d1117; --ink: #e6edf3; --muted: #9198a1; --rule: #3d444d; --on: #0d1117; --h0: #58a6ff; --h1: #f0883e; --h2: #56d364; --h3: #bc8cff; --h4: #ff7b72; --h5: #39c5bb; --hn: #9198a1; }
}
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: var(--ink); }
.h0 { --hue: var(--h0); } .h1 { --hue: var(--h1); } .h2 { --hue: var(--h2); } .h3 { --hue: var(--h3); } .h4 { --hue: var(--h4); } .h5 { --hue: var(--h5); } .hn { --hue: var(--hn); }
.card { fill: var(--paper); stroke: var(--rule); }
.lane { stroke: var(--rule); stroke-width: 1.5; fill: none; }
.cells { stroke: var(--rule); stroke-dasharray: 1 5; }
.name, .tick { fill: var(--muted); } .tick { font-size: 10px; } .middle { text-anchor: middle; } .last { text-anchor: end; }
.solid { fill: var(--hue); stroke: var(--hue); stroke-width: 1.5; }
.tinted { fill: var(--hue); fill-opacity: .14; stroke: var(--hue); stroke-width: 1.2; }
.hatched { stroke: var(--hue); stroke-width: 1.5; stroke-dasharray: 5 3; }
.hollow { fill: var(--paper); stroke: var(--hue); stroke-width: 1.5; stroke-dasharray: 3 2.5; }
.stripes { stroke: var(--hue); stroke-width: 2.5; opacity: .28; } .ground { fill: var(--paper); }
.on { fill: var(--on); font-weight: 600; } .in { fill: var(--hue); font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; } .tinted + .in { stroke: none; }
.back { fill: none; stroke: var(--hue); stroke-width: 1.2; stroke-dasharray: 2 2; } .head { fill: var(--hue); }
.revised { fill: none; stroke: var(--ink); stroke-width: 1.3; } .revision { fill: var(--ink); }
.end { stroke: var(--ink); stroke-width: 2.5; } .step { stroke: var(--muted); stroke-width: 1.2; } .mark { fill: var(--muted); } .crash { stroke: var(--h4); stroke-width: 2; }`;

/** The hue of a letter, or of a key that begins with one: the same everywhere in a picture. */
export function hueOf(word: string): Hue {
  const letter = /^(?:\d+: )?([a-zA-Z])/.exec(word)?.[1]?.toLowerCase();
  return letter === undefined ? 'hn' : hues[(letter.charCodeAt(0) - 97) % hues.length] ?? 'hn';
}

const hues = ['h0', 'h1', 'h2', 'h3', 'h4', 'h5'] as const;

export type Hue = (typeof hues)[number] | 'hn';
