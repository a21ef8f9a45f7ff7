import { expect, test } from 'vitest';
import type { TextOutput } from '../port/standard-output.ts';
import { print } from './print.ts';

const context = { name: 'out', pipeline: 'test', position: undefined, durable: false };

function recorder(): TextOutput & { readonly texts: string[] } {
  const texts: string[] = [];
  return { texts, write: async (text) => void texts.push(text) };
}

test('in memory each row is a line after the name, out after a flush', async () => {
  const output = recorder();
  const driver = await print<unknown>('bill', output).open(context);
  driver.write('a', 0);
  driver.write({ n: 1 }, 1);
  await driver.flush();
  expect(output.texts).toEqual(['bill · "a"\nbill · {"n":1}\n']);
  expect(driver.flush()).toBeUndefined();
});

test('with a store the same lines are printed when they are delivered', async () => {
  const output = recorder();
  const driver = await print<unknown>('bill', output).open({ ...context, durable: true });
  await driver.deliver([{ payload: driver.encode(['a', 'ü']), first: 0 }]);
  expect(output.texts).toEqual(['bill · "a"\nbill · "ü"\n']);
  expect(driver.position()).toBeNull();
});
