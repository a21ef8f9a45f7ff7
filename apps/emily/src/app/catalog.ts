import type { Model } from '../domain/model-catalog.ts';
import { modelId, type EpochMs } from '../domain/names.ts';
import type { ServedModel } from './served-models.ts';

/** The models of the demo, the most popular first. Their replicas are simulated, and say so. */
export const demoModels: readonly Model[] = [
  ['llama-3.3-70b', 'Llama 3.3 70B Instruct'],
  ['qwen-3-32b', 'Qwen 3 32B'],
  ['mistral-small-3', 'Mistral Small 3 24B'],
  ['gemma-3-27b', 'Gemma 3 27B'],
  ['phi-4', 'Phi 4 14B'],
].map(([id = '', name = '']) => ({
  id: modelId(id),
  owner: 'operator',
  createdAt: 1_735_689_600_000 as EpochMs,
  description: `${name}, served by a simulated replica`,
}));

/** They are what Emily serves where no configuration names others. */
export const demoServed: readonly ServedModel[] = demoModels.map((model) => ({ model, driver: undefined, replicas: undefined, gpus: 1 }));
