/** A fenced block of a Markdown page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Where its text begins in the page, in characters. */
  readonly at: number;
  /** What stands between the block before, or the beginning of the page, and this one. */
  readonly above: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  let end = 0;
  return [...page.matchAll(/^```([a-z]*)\n([^]*?)^```$/gm)].map((found) => {
    const [all, language = '', text = ''] = found;
    const above = page.slice(end, found.index);
    end = found.index + all.length;
    return { language, text, at: found.index + 4 + language.length, above };
  });
}
