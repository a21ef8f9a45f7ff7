import type { FastifyInstance } from 'fastify';
import { modelId } from '../domain/names.ts';
import type { Model, ModelCatalog } from '../domain/model-catalog.ts';
import { callerWith } from './caller.ts';
import { refuse } from './refusal.ts';

/** `GET /v1/models` and `GET /v1/models/{id}`: what this caller may ask for. */
export function modelsRoute(app: FastifyInstance, models: ModelCatalog): void {
  app.get('/v1/models', (request) => {
    const { tenant } = callerWith(request, 'infer', 'read').credential;
    return { object: 'list', data: models.visibleTo(tenant).map(openAiModel) };
  });

  // A model's name may hold slashes.
  app.get<{ Params: { '*': string } }>('/v1/models/*', (request) => {
    const { tenant } = callerWith(request, 'infer', 'read').credential;
    const id = request.params['*'];
    const model = models.find(tenant, modelId(id));
    if (model === undefined) throw refuse('model_not_found', { model: id });
    return openAiModel(model);
  });
}

type OpenAiModel = { id: string; object: 'model'; created: number; owned_by: string; description: string; max_model_len?: number };

const openAiModel = ({ id, createdAt, owner, description, contextTokens }: Model): OpenAiModel => ({
  id,
  object: 'model',
  created: Math.floor(createdAt / 1_000),
  owned_by: owner,
  description,
  // As vLLM calls it.
  ...(contextTokens !== undefined && { max_model_len: contextTokens }),
});
