import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Verdict } from './judge.ts';

/** What became of a store that was given to a process: a verdict, or the end of that process. */
export type Judgement = Verdict | { readonly ended: string };

/** A damaged store that is not through by then never will be. */
const JUDGE_MS_MAX = 30_000;

/** Has stores judged in a process of their own, which is started anew when one of them has ended it. */
export class Judging {
  #child: ChildProcess | undefined;

  async judge(path: string): Promise<Judgement> {
    const child = (this.#child ??= fork(join(import.meta.dirname, 'worker.ts'), { execArgv: ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }));
    const judgement = await answerOf(child, path);
    if ('ended' in judgement) this.#child = undefined;
    return judgement;
  }

  close(): void {
    this.#child?.kill();
    this.#child = undefined;
  }
}

function answerOf(child: ChildProcess, path: string): Promise<Judgement> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), JUDGE_MS_MAX);
    const done = (): void => {
      clearTimeout(timer);
      child.removeAllListeners();
    };
    child.once('message', (message: { verdict?: Verdict; error?: string }) => {
      done();
      if (message.verdict === undefined) reject(new Error(message.error));
      else resolve(message.verdict);
    });
    child.once('exit', (code, signal) => {
      done();
      resolve({ ended: signal ?? `exit code ${code}` });
    });
    child.send(path);
  });
}
