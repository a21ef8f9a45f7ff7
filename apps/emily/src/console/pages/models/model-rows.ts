import type { Hello, Now } from '../../api.ts';
import type { Count } from '../../format/number.ts';

export type ModelRow = {
  readonly model: string;
  readonly owner: string;
  readonly ready: number;
  readonly replicas: number;
  readonly outstanding: number;
  readonly share: number;
  readonly requests: Count;
  readonly inputTokens: Count;
  readonly outputTokens: Count;
};

/** The models of the catalog, and those that are there no more but were used this month. */
export function modelRows({ month, health }: Now, { models }: Hello): readonly ModelRow[] {
  const ids = new Set([...models.map(({ id }) => id), ...month.byModel.map(({ model }) => model)]);
  return [...ids].map((id) => {
    const used = month.byModel.find(({ model }) => model === id);
    const replicas = health.replicas.filter(({ model }) => model === id);
    return {
      model: id,
      owner: models.find((model) => model.id === id)?.owner ?? '',
      ready: replicas.filter(({ state }) => state === 'ready').length,
      replicas: replicas.length,
      outstanding: replicas.reduce((sum, { outstanding }) => sum + outstanding, 0),
      share: used?.share ?? 0,
      requests: used?.requests ?? 0,
      inputTokens: used?.inputTokens ?? 0,
      outputTokens: used?.outputTokens ?? 0,
    };
  });
}
