import { expect, onTestFinished, test, vi } from 'vitest';
import { HEAP_SHARE_MAX, LAG_MS_MAX, Strain } from './strain.ts';
import { answerWhole, scriptedEngine } from './testing/scripted-engine.ts';
import { hello, stand } from './testing/stand.ts';

function strain(lagMs = 0, heapShare = 0): { readonly strain: Strain; readonly set: (lagMs: number, heapShare: number) => void; readonly stopped: () => boolean } {
  let isStopped = false;
  const now = { lagMs, heapShare };
  const one = new Strain({ lagMs: () => now.lagMs, heapShare: () => now.heapShare, stop: () => void (isStopped = true) });
  onTestFinished(() => one.stop());
  return { strain: one, set: (lag, heap) => Object.assign(now, { lagMs: lag, heapShare: heap }), stopped: () => isStopped };
}

test('it is over its limits while the process is late, or memory runs out, and no longer', () => {
  const { strain: one, set } = strain();
  for (const [lagMs, heapShare, isOver] of [[0, 0, false], [LAG_MS_MAX, HEAP_SHARE_MAX, false], [LAG_MS_MAX + 1, 0, true], [0, HEAP_SHARE_MAX + 0.01, true], [0, 0, false]] as const) {
    set(lagMs, heapShare);
    one.look();
    expect(one.isOver).toBe(isOver);
  }
});

test('by itself it sees that the process is held up, and that it goes on again', async () => {
  const one = new Strain();
  onTestFinished(() => one.stop());
  expect(one.isOver).toBe(false);
  const late = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAG_MS_MAX + 200);
  for (let i = 0; i < 20 && !one.isOver; i += 1) {
    late();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(one.isOver).toBe(true);
  await vi.waitFor(() => expect(one.isOver).toBe(false), { timeout: 5_000 });
});

test('meanwhile calls are refused and told when to come again, the others end, and what is no call is answered', async () => {
  const { strain: one, set, stopped } = strain();
  const release = Promise.withResolvers<void>();
  const engine = await scriptedEngine((response) => void release.promise.then(() => answerWhole(response)));
  const house = await stand(engine, { strain: one });
  const open = house.chat(hello);
  await vi.waitFor(() => expect(engine.outstanding).toBe(1));
  set(LAG_MS_MAX * 2, 0);
  one.look();
  const refused = await house.chat(hello);
  expect([refused.statusCode, refused.headers['retry-after-ms'], await refused.body.json()]).toMatchObject([503, '1000', { error: { code: 'overloaded' } }]);
  expect((await house.get('/v1/models')).statusCode).toBe(200);
  release.resolve();
  expect((await open).statusCode).toBe(200);
  set(0, 0);
  one.look();
  expect((await house.chat(hello)).statusCode).toBe(200);
  await house.app.close();
  expect(stopped()).toBe(true);
});
