/*
 * A replica for tests of the process driver, with the habits of real ones.
 *
 *   node odd-replica.ts --port N [--ready-after-ms 0] [--fail] [--deaf] [--child]
 *
 * `--fail` complains and ends with code 3; `--deaf` does not end when asked to; `--child` has a child of its own.
 * GET /self tells what it was started with.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    'ready-after-ms': { type: 'string', default: '0' },
    fail: { type: 'boolean', default: false },
    deaf: { type: 'boolean', default: false },
    child: { type: 'boolean', default: false },
  },
});

const port = Number(values.port);
process.stdout.write(`loading on port ${port}\n`);
if (values.fail) {
  process.stderr.write('out of memory: no GPU is free\n');
  process.exit(3);
}
if (values.deaf) process.on('SIGTERM', () => {});
const child = values.child ? spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1_000_000)'], { stdio: 'ignore' }) : undefined;
const readyAt = performance.now() + Number(values['ready-after-ms']);
let healthAsked = 0;
createServer((request, response) => {
  if (request.url === '/self') return void response.end(JSON.stringify({ pid: process.pid, child: child?.pid, folder: process.cwd(), environment: process.env, healthAsked }));
  healthAsked++;
  response.statusCode = performance.now() >= readyAt ? 200 : 503;
  response.end();
}).listen(port, '127.0.0.1');
