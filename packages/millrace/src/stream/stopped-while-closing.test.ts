import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Longer than a process takes that ends, in ms. */
const PATIENCE_MS = 20_000;

test('a program that is stopped while it closes lets its process end', () => {
  const body = `
    import { outOfOrder, pipeline } from 'millrace';
    const reader = { read: () => 'ended', ready: () => Promise.resolve(), close: () => new Promise((resolve) => { closing(); setImmediate(resolve); }) };
    let closing;
    const isClosing = new Promise((resolve) => { closing = resolve; });
    const program = pipeline('p', (app) => {
      const source = { text: 'nothing', partitions: 1, open: async () => [reader] };
      app.source('events', source, { time: () => 0, complete: outOfOrder(0) }).to(app.callback('out', () => {}));
    });
    await program.start();
    await isClosing;
    await program.stop();
    console.log('stopped');
  `;
  const args = ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', body];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8', timeout: PATIENCE_MS });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'stopped\n', stderr: '' });
});
