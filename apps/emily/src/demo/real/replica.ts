/*
 * The process of one replica of a real model.
 *
 *   node replica.ts --model NAME --engine FOLDER --weights FILE --port N
 *
 * It listens when the model is loaded. FOLDER has `node-llama-cpp` in its node_modules.
 */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chatServer } from './chat-server.ts';
import { llamaModel } from './llama-model.ts';

const { values } = parseArgs({ options: { model: { type: 'string' }, engine: { type: 'string' }, weights: { type: 'string' }, port: { type: 'string' } } });
const { model: name, engine, weights, port } = values;
if (name === undefined || engine === undefined || weights === undefined || !/^\d+$/.test(port ?? '')) {
  process.stderr.write('expected --model NAME --engine FOLDER --weights FILE --port N\n');
  process.exit(2);
}

const begun = performance.now();
const model = await llamaModel({ engine, weights });
const server = chatServer({ name, model, createdSeconds: Math.floor(statSync(weights).mtimeMs / 1_000) });
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`${name} is loaded after ${Math.round(performance.now() - begun)} ms and listens at port ${port}\n`));
