/*
 * The tokens as a canvas can use them. A canvas knows no custom properties and no light-dark(), so a
 * probe wears each token as its text colour and the browser resolves it. Read again when the theme turns.
 */
export type Token = 'ink' | 'ink-soft' | 'line' | 'line-strong' | 'panel' | 'data-requests' | 'data-input' | 'data-output' | 'data-1' | 'data-2' | 'data-3' | 'data-4' | 'data-5' | 'data-others';

export type Palette = (token: Token) => string;

export function readPalette(host: HTMLElement): Palette {
  const resolved = new Map<Token, string>();
  return (token) => {
    let colour = resolved.get(token);
    if (colour === undefined) {
      const probe = document.createElement('span');
      probe.style.color = `var(--${token})`;
      host.append(probe);
      colour = getComputedStyle(probe).color;
      probe.remove();
      resolved.set(token, colour);
    }
    return colour;
  };
}
