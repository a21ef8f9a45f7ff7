import { expect, test } from 'vitest';
import { type Sample, commandsIn, pageOf } from './samples.ts';

const fence = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\`\n`;

test('a named program prints the next block of text before the next program', () => {
  const page = pageOf(['# Page\n', fence('ts', '// a.ts\na();'), 'With `in.jsonl`\n', fence('jsonl', '{}'), fence('text', 'said'), fence('ts', '// b.ts\nb();'), fence('ts', '// c.ts\nc();'), fence('text', 'c')].join('\n'));
  expect(page.samples.map(({ name, kind, printed }) => [name, kind, printed])).toEqual([
    ['a.ts', 'runs', 'said\n'],
    ['b.ts', 'runs', ''],
    ['c.ts', 'runs', 'c\n'],
  ]);
  expect(page.files).toEqual([{ name: 'in.jsonl', text: '{}\n' }]);
});

test('what does not compile says so; without a name a block is compiled if it imports what it uses', () => {
  const { samples } = pageOf([fence('ts', '// a.ts, which does not compile\na();'), fence('text', 'error'), fence('ts', "import { b } from 'b';\nb();"), fence('ts', 'excerpt();')].join('\n'));
  expect(samples.map(({ name, kind, printed }) => [name, kind, printed])).toEqual([
    ['a.ts', 'fails to compile', 'error\n'],
    ['block-2.ts', 'compiles', ''],
  ]);
});

test('where it prints is where the block stands', () => {
  const text = [fence('ts', '// a.ts\na();'), fence('text', 'said')].join('\n');
  expect(text.slice(pageOf(text).samples[0]?.printedAt)).toBe('said\n```\n');
});

test('a block of commands is what it prints, with the commands in it', () => {
  const text = ['# Page\n', fence('ts', '// a.ts\na();'), fence('console', '$ npx millrace fsck data\ndata is whole\n$ npx millrace inspect data')].join('\n');
  const [program, commands] = pageOf(text).samples;
  expect(program).toMatchObject({ kind: 'runs', printed: '' });
  expect(commands).toMatchObject({ kind: 'commands', printed: '$ npx millrace fsck data\ndata is whole\n$ npx millrace inspect data\n' });
  expect(commandsIn(commands as Sample)).toEqual(['npx millrace fsck data', 'npx millrace inspect data']);
});

test('data without a name is refused', () => {
  expect(() => pageOf(`Some data:\n\n${fence('csv', 'a,b')}`)).toThrow('say `name.csv` above it');
});
