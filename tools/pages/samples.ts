import { type Block, blocksOf } from './blocks.ts';

/*
 * What of a page is executed.
 *
 *   ```ts    that begins with `// name.ts` is a program: it is run, and prints the block ```text that comes before the next program, or nothing;
 *   ```ts    that begins with `// name.ts, which does not compile` is given to the compiler, which says
 *            that block;
 *   ```ts    without a name is compiled where it imports what it uses, and is an excerpt where it does not;
 *   ```console  is commands behind a `$ `, each with what it prints: `npx millrace …`, run in the folder of the page's programs;
 *   ```jsonl or ```csv is the file whose name in backticks was said last above it.
 */

export interface Sample {
  readonly name: string;
  readonly text: string;
  readonly kind: 'runs' | 'fails to compile' | 'compiles' | 'commands';
  /** What the page says that it prints, or that the compiler says. */
  readonly printed: string;
  /** Where that stands in the page, in characters. */
  readonly printedAt: number;
}

export interface Page {
  readonly samples: readonly Sample[];
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

export function pageOf(text: string): Page {
  const blocks = blocksOf(text);
  const samples = blocks.flatMap((block, i) => (block.language === 'console' ? [commandsOf(block, i)] : block.language === 'ts' && /^(import|[/][/] [a-z0-9-]+[.]ts)/.test(block.text) ? [sampleOf(block, printedBy(blocks, i), i)] : []));
  const files = blocks.filter(({ language }) => language === 'jsonl' || language === 'csv').map(fileOf);
  return { samples, files };
}

/** The block ```text before the next program. */
function printedBy(blocks: readonly Block[], i: number): Block | undefined {
  const next = blocks.slice(i + 1).find(({ language }) => language === 'ts' || language === 'text');
  return next?.language === 'text' ? next : undefined;
}

function sampleOf({ text }: Block, next: Block | undefined, number: number): Sample {
  const [, name, which] = /^\/\/ ([a-z0-9-]+[.]ts)(, which does not compile)?\n/.exec(text) ?? [];
  if (name === undefined) return { name: `block-${number}.ts`, text, kind: 'compiles', printed: '', printedAt: -1 };
  const kind = which === undefined ? 'runs' : 'fails to compile';
  return { name, text, kind, printed: next?.text ?? '', printedAt: next?.at ?? -1 };
}

/** What it prints is all of it: the commands come again. */
function commandsOf({ text, at }: Block, number: number): Sample {
  return { name: `commands-${number}`, text, kind: 'commands', printed: text, printedAt: at };
}

/** The commands of such a block, in order. */
export const commandsIn = ({ text }: Sample): readonly string[] => [...text.matchAll(/^[$] (.*)$/gm)].map(([, command = '']) => command);

function fileOf({ language, above, text }: Block): { readonly name: string; readonly text: string } {
  const name = [...above.matchAll(/`([a-z0-9-]+[.][a-z]+)`/g)].map(([, one = '']) => one).findLast((one) => one.endsWith(`.${language}`));
  if (name === undefined) throw new Error(`a block of ${language} has no name: say \`name.${language}\` above it`);
  return { name, text };
}
