/*
 * The process that stands between Emily and the command of one replica, so that none is left behind.
 *
 *   standard input   one line of JSON, {"command":[…],"environment":{…},"folder":…}; then open for as long as Emily lives
 *   descriptor 3     {"group":…} when the command has begun; {"gone":…} when all of it has ended
 *
 * The command runs in a process group of its own: Ctrl-C in Emily's terminal does not reach it, and its
 * children can be ended with it. When standard input ends, because Emily wants it so or because Emily is
 * gone, by kill -9 too, the group is asked to end, and killed when it has not in time.
 */
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';

/** How long the command may take to end when asked to, before it is killed. */
const stopMsMax = 10_000;
const notStarted = 127;

type Order = { readonly command: readonly [string, ...string[]]; readonly environment: Readonly<Record<string, string>>; readonly folder: string };

// Who ends Emily may signal its whole process group, or all of a service: the command is to be drained first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
let heard = '';
process.stdin.setEncoding('utf8').on('data', (text: string) => {
  if (heard.includes('\n')) return;
  heard += text;
  if (heard.includes('\n')) keep(JSON.parse(heard) as Order);
});
// However the pipe breaks, it closes, and that is what counts.
process.stdin.on('error', () => {});
process.stdin.on('close', () => {
  if (!heard.includes('\n')) process.exit(0);
});

function keep({ command: [program, ...args], environment, folder }: Order): void {
  const child = spawn(program, args, { env: environment, cwd: folder, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
  child.once('error', (error) => {
    process.stderr.write(`cannot start ${program} in ${folder}: ${error.message}\n`);
    tell({ gone: `could not be started: ${error.message}` });
    process.exit(notStarted);
  });
  const { pid } = child;
  if (pid === undefined) return; // The error above comes next.
  tell({ group: pid });
  child.once('exit', (code, signal) => {
    // Whatever the command has started is of no use without it.
    signalGroup(pid, 'SIGKILL');
    tell({ gone: signal === null ? `ended with code ${code}` : `was ended by ${signal}` });
    process.exit(0);
  });
  process.stdin.on('close', () => {
    signalGroup(pid, 'SIGTERM');
    setTimeout(() => signalGroup(pid, 'SIGKILL'), stopMsMax);
  });
}

/** Emily may be gone: then nobody listens. */
function tell(what: object): void {
  try {
    writeSync(3, `${JSON.stringify(what)}\n`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
