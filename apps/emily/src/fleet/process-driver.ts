import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelId } from '../domain/names.ts';
import type { Driver, Reached, Started } from './driver.ts';
import { givePortBack, takePort } from './free-ports.ts';
import { answersHealthCheck } from './health-check.ts';
import { KeptLog } from './kept-log.ts';
import { keptProcess, type Command, type KeptProcess } from './kept-process.ts';
import { Replica } from './replica.ts';

export type ProcessReplicas = Reached & Command & {
  /** One file for each place, under the model's name. */
  readonly logFolder: string;
  /** A replica that has not answered its health check by then is taken for broken. */
  readonly startMsMax: number;
};

/** How often a replica that starts is asked whether it is ready. */
const askEveryMs = 200;

/**
 * Runs a command for each replica, such as `vllm serve NAME --port {port}`.
 *
 * - `{port}` in its arguments and environment becomes a free port, on which it listens at 127.0.0.1; `{slot}`
 *   becomes the number of its place, from 0.
 * - It is ready when its health check answers, and not before.
 * - It gets the environment it is given and nothing of this process's own.
 * - What it prints is kept; when it fails, the last lines are part of what is said of it.
 */
export function processDriver(replicas: ProcessReplicas): Driver {
  return {
    start: async (model, slot, signal) => {
      const port = await takePort();
      const log = new KeptLog(join(replicas.logFolder, `${encodeURIComponent(model)}-${slot}.log`));
      const command = filledIn(replicas, { port: String(port), slot: String(slot) });
      log.write(Buffer.from(`\n--- ${new Date().toISOString()} ${command.command.join(' ')}\n`));
      const running = keptProcess(command, log);
      let isAsked = false;
      const stop = (): void => {
        isAsked = true;
        running.stop();
      };
      const gone = running.gone.then((how) => {
        givePortBack(port);
        log.close();
        return isAsked ? how : failure(how, log);
      });
      const origin = `http://127.0.0.1:${port}`;
      const reached = { healthPath: replicas.healthPath ?? '/health', headers: replicas.headers ?? {} };
      try {
        await untilReady({ model, origin, reached, running, startMsMax: replicas.startMsMax, signal });
      } catch (error) {
        running.stop();
        const how = await gone;
        throw signal?.aborted === true ? new Error('was stopped before it was ready', { cause: error }) : new Error(notReady(error, how, log), { cause: error });
      }
      return { ...reached, origin, gone, stop } satisfies Started;
    },
  };
}

type Start = {
  readonly model: ModelId;
  readonly origin: string;
  readonly reached: Reached;
  readonly running: KeptProcess;
  readonly startMsMax: number;
  readonly signal: AbortSignal | undefined;
};

/** It took too long, and is to be ended. */
class TooSlow extends Error {}
/** It ended by itself. */
class Ended extends Error {}

/** Resolves when the health check answers; rejects when the process ends, takes too long or is no longer wanted. */
async function untilReady({ model, origin, reached, running, startMsMax, signal }: Start): Promise<void> {
  const late = AbortSignal.timeout(startMsMax);
  const over = new AbortController();
  const enough = AbortSignal.any([late, over.signal, ...(signal === undefined ? [] : [signal])]);
  void running.gone.then(() => over.abort(new Ended()));
  const probe = new Replica(`${model} at its start`, model, origin, reached);
  try {
    while (!(await answersHealthCheck(probe))) await sleep(askEveryMs, undefined, { signal: enough });
    // Somebody else who had the port would have answered as well; ours cannot live beside him.
    enough.throwIfAborted();
  } catch {
    throw late.aborted && !over.signal.aborted ? new TooSlow(`did not answer ${reached.healthPath} within ${startMsMax} ms`) : enough.reason;
  } finally {
    await probe.close();
  }
}

function notReady(error: unknown, how: string, log: KeptLog): string {
  return error instanceof TooSlow ? failure(error.message, log) : how;
}

const failure = (what: string, log: KeptLog): string => `${what}; the last of its log, ${log.file}:\n${log.tail()}`;

/** The command with its places filled in. */
function filledIn({ command, environment, folder }: Command, places: Readonly<Record<string, string>>): Command {
  const fill = (text: string): string => text.replaceAll(/\{(port|slot)\}/g, (_, name: string) => places[name] ?? '');
  return {
    command: command.map(fill),
    environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(value)])),
    folder,
  };
}
