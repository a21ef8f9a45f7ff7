import { main } from './app/main.ts';
import { explain } from './app/explain.ts';
import { cacheFolder } from './demo/real/cache-folder.ts';
import { prepareRealModel } from './demo/real/prepare.ts';
import { runCommand } from './demo/real/run-command.ts';

/*
 * `npm run demo:real`: Emily in front of a real model; what comes behind `--` is for Emily.
 */

const say = (line: string): void => void process.stderr.write(`${line}\n`);
/** On a slow line; what is there by then is not lost when it is tried again. */
const fetchMsMax = 30 * 60_000;

const stopped = new AbortController();
const stop = (): void => stopped.abort(new Error('stopped by a signal'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
try {
  const config = await prepareRealModel({ folder: cacheFolder(process.env), say, run: runCommand, signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(fetchMsMax)]) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stop);
  process.exitCode = await main(['--config', config, ...process.argv.slice(2)]);
} catch (error) {
  say(explain(error));
  process.exitCode = 1;
}
