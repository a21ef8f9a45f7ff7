import { blocksOf } from '../pages/blocks.ts';

/*
 * A picture of a page.
 *
 *   ![what it shows](name.svg)      drawn anew, and told anew, from the block below it
 *
 *   ```ts                           one call of `marbles`, with its imports
 *   ```
 *   From [x.test.ts](…): title.     the test that runs the same lines
 */

export interface Picture {
  readonly name: string;
  readonly told: string;
  readonly code: string;
  /** The path of the test, relative to the page. */
  readonly test: string;
  readonly title: string;
}

export function picturesOf(page: string): readonly Picture[] {
  const blocks = blocksOf(page);
  return blocks.flatMap(({ language, text, at, above }): readonly Picture[] => {
    const [, told, name] = /!\[([^\]]*)\]\(([a-z-]+[.]svg)\)\s*$/.exec(above) ?? [];
    if (language !== 'ts' || told === undefined || name === undefined) return [];
    const below = page.slice(at + text.length);
    const [, test, title] = /^```\n\nFrom \[[^\]]+\]\(([^)]+)\): (.+)[.]\n/.exec(below) ?? [];
    if (test === undefined || title === undefined) throw new Error(`${name}: expected a line "From [x.test.ts](…): title." below its block`);
    return [{ name, told, code: text, test, title }];
  });
}

/** What a test file says between the title of a test and the next test; undefined where there is no such test. */
export function bodyOf(test: string, title: string): string | undefined {
  const at = test.indexOf(`test('${title}'`);
  if (at < 0) return undefined;
  const next = /^ *(test|describe)[(.]/gm;
  next.lastIndex = at + 1;
  const end = next.exec(test)?.index ?? test.length;
  return test.slice(at, end);
}
