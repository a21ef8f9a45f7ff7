/*
 * The process of one simulated replica.
 *
 *   node simulated-replica.ts --model NAME [--port 0] [--seed 1] [--first-token-ms 0] [--token-ms 0]
 *
 * When it is ready it prints one line, {"port":…}. It lives as long as its standard input is
 * open: whoever started it holds the other end of that pipe, and when that process is gone,
 * by kill -9 too, the pipe ends and so does the replica.
 */
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { simulatedEngine } from './simulated-engine.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    'first-token-ms': { type: 'string', default: '0' },
    'token-ms': { type: 'string', default: '0' },
  },
});

function number(name: 'port' | 'seed' | 'first-token-ms' | 'token-ms'): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  return exit(`--${name} must be a number from 0, not ${values[name]}`);
}

function exit(message: string): never {
  process.stderr.write(`simulated-replica: ${message}\n`);
  process.exit(2);
}

const server = simulatedEngine({
  model: values.model ?? exit('--model NAME is needed'),
  seed: number('seed'),
  latency: { firstTokenMs: number('first-token-ms'), tokenMs: number('token-ms') },
});
server.on('error', (error) => exit(error.message));
server.listen(number('port'), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});

// Ctrl-C reaches every process of the terminal; this one goes when its parent has finished with it.
process.on('SIGINT', () => {});
process.stdin.on('close', () => process.exit(0));
process.stdin.resume();
