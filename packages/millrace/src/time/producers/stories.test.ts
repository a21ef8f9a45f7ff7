import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Story } from '../../testing/fixture-story.ts';
import { seconds } from '../duration.ts';

/*
 * Six stories, each with its timeline; docs/completeness.md tells them with the same lines.
 */

const page = readFileSync(join(import.meta.dirname, '../../../../../docs/completeness.md'), 'utf8');

/** The block of text under a heading of the page. */
function documented(heading: string): string {
  const found = new RegExp(`## ${heading}\\n[^#]*?\`\`\`text\\n([^]*?)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/completeness.md has no timeline under '${heading}'`);
  return found;
}

const both = { roster: ['gateway-1', 'gateway-2'], silentAfter: seconds(30) };

async function twoAreLive(story: Story): Promise<void> {
  await story.send('gateway-1', 0);
  await story.send('gateway-2', 0);
}

test('silence', async () => {
  const story = await Story.begin({ ...both, onSilent: 'assume' });
  await twoAreLive(story);
  await story.wait(20);
  await story.promise('gateway-1', 0);
  await story.promise('gateway-2', 0);
  await story.wait(29);
  await story.promise('gateway-1', 0);
  await story.wait(1);
  await story.wait(15);
  await story.promise('gateway-1', 0);
  await story.send('gateway-2', 1, { at: 100_000 });
  await story.send('gateway-2', 2);
  await story.promise('gateway-1', 0);
  await story.promise('gateway-2', 2);
  await story.wait(60);
  await story.promise('gateway-1', 0);
  await story.promise('gateway-2', 2);
  expect(await story.end()).toBe(documented('Silence'));
});

test('gap', async () => {
  const story = await Story.begin(both);
  await twoAreLive(story);
  await story.wait(10);
  await story.promise('gateway-1', 0);
  await story.promise('gateway-2', 0);
  await story.send('gateway-2', 3);
  await story.wait(55);
  await story.promise('gateway-1', 0);
  await story.promise('gateway-2', 3);
  await story.send('gateway-2', 2, { at: 75_000 });
  await story.send('gateway-2', 2, { at: 75_000 });
  await story.send('gateway-2', 1, { at: 71_000 });
  expect(await story.end()).toBe(documented('Gap'));
});

test('restart with a new epoch', async () => {
  const story = await Story.begin({ roster: ['gateway-1'], silentAfter: seconds(30) });
  await story.send('gateway-1', 0);
  await story.wait(10);
  await story.promise('gateway-1', 0);
  await story.wait(60);
  await story.send('gateway-1', 0, { epoch: 2, previous: { epoch: 1, sequence: 1 } });
  await story.promise('gateway-1', 0, 2);
  await story.send('gateway-1', 1, { at: 80_000 });
  await story.wait(20);
  await story.send('gateway-1', 0, { epoch: 3 });
  await story.promise('gateway-1', 0, 3);
  await story.declareLost({ producer: 'gateway-1', by: 'Ada', reason: 'its journal is gone' });
  await story.wait(60);
  await story.promise('gateway-1', 0, 3);
  expect(await story.end()).toBe(documented('Restart with a new epoch'));
});

test('lost producer', async () => {
  const story = await Story.begin(both);
  await twoAreLive(story);
  await story.wait(20);
  await story.promise('gateway-1', 0);
  await story.promise('gateway-2', 0);
  await story.wait(65);
  await story.promise('gateway-1', 0);
  await story.declareLost({ producer: 'gateway-2', by: 'Ada', reason: 'the machine burned' });
  await story.send('gateway-1', 1);
  await story.wait(60);
  await story.send('gateway-1', 2);
  await story.promise('gateway-1', 2);
  await story.wait(60);
  await story.promise('gateway-1', 2);
  await story.send('gateway-1', 3);
  await story.send('gateway-2', 1, { at: 90_000 });
  await story.promise('gateway-2', 1);
  await story.wait(60);
  await story.send('gateway-1', 4);
  await story.promise('gateway-1', 4);
  await story.promise('gateway-2', 1);
  await story.wait(60);
  await story.promise('gateway-1', 4);
  await story.promise('gateway-2', 1);
  expect(await story.end()).toBe(documented('Lost producer'));
});

test('unknown producer', async () => {
  const story = await Story.begin({ roster: ['gateway-1'], silentAfter: seconds(30) });
  await story.send('gateway-1', 0);
  await story.wait(65);
  await story.promise('gateway-1', 0);
  await story.send('gateway-9', 0, { at: 100_000 });
  await story.send('gateway-9', 1);
  await story.wait(60);
  await story.promise('gateway-1', 0);
  await story.promise('gateway-9', 1);
  await story.close('gateway-9', 1);
  const strict = await Story.begin({ roster: ['gateway-1'], silentAfter: seconds(30), onUnknown: 'bad' });
  await strict.send('gateway-9', 0);
  expect((await story.end()) + (await strict.end())).toBe(documented('Unknown producer'));
});

test('contradiction', async () => {
  const story = await Story.begin({ roster: ['gateway-1'], silentAfter: seconds(30) });
  await story.send('gateway-1', 0, { note: 'a call' });
  await story.send('gateway-1', 0, { note: 'a call' });
  await story.send('gateway-1', 0, { note: 'another' });
  await story.wait(65);
  await story.promise('gateway-1', 0);
  await story.resolve({ hold: 1, choice: 'discard', by: 'Ada', reason: 'a bug, mended' });
  await story.send('gateway-1', 1, { at: 100_000 });
  await story.resolve({ hold: 2, choice: 'accept', by: 'Ada', reason: 'a slow thread' });
  await story.close('gateway-1', 1);
  await story.send('gateway-1', 2);
  await story.resolve({ hold: 3, choice: 'proceed', by: 'Ada', reason: 'look at it tomorrow' });
  expect(await story.end()).toBe(documented('Contradiction'));
});
