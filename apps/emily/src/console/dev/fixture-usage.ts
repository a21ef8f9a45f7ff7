import type { Usage, UsageWindow } from '../api.ts';
import { models, modelShares, tenants } from './fixture-world.ts';

const lengths: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000, month: 30 * 86_400_000 };
const tenantShares = [0.31, 0.24, 0.18, 0.13, 0.09, 0.05];

/** A fixture's minutes in longer windows and by model or tenant, in shares that change slowly. */
export function splitUsage({ data, asOf }: Usage, { window, group, model }: { readonly window: string; readonly group: string; readonly model: string }): Usage {
  const length = lengths[window] ?? 60_000;
  const sums = new Map<string, UsageWindow>();
  for (const minute of data) for (const [name, share] of partsOf(group, model, minute.window.start)) {
    const start = minute.window.start - (minute.window.start % length);
    const id = `${start} ${name}`;
    const known = sums.get(id);
    const part = (unit: 'requests' | 'inputTokens' | 'cachedInputTokens' | 'outputTokens'): number => (known?.[unit] ?? 0) + Math.round(minute[unit] * share);
    const sure = known?.finality === 'provisional' ? known : minute;
    sums.set(id, {
      window: { start, end: start + length }, measured: 'here', ...(group === 'none' ? {} : { [group]: name }),
      requests: part('requests'), inputTokens: part('inputTokens'), cachedInputTokens: part('cachedInputTokens'), outputTokens: part('outputTokens'), finality: sure.finality, evidence: sure.evidence,
    });
  }
  return { data: [...sums.values()].sort((a, b) => a.window.start - b.window.start), asOf };
}

function partsOf(group: string, model: string, at: number): readonly (readonly [name: string, share: number])[] {
  const share = model === '' ? 1 : modelShares[models.findIndex(({ id }) => id === model)] ?? 0;
  if (group === 'tenant') return tenants.map(({ id }, place) => [id, share * (tenantShares[place] ?? 0)]);
  if (group !== 'model') return [['', share]];
  const sway = 0.1 * Math.sin(at / 1_800_000);
  const all = models.map(({ id }, place) => [id, (modelShares[place] ?? 0) + (place === 0 ? -sway : place === 1 ? sway : 0)] as const);
  return model === '' ? all : all.filter(([id]) => id === model);
}
