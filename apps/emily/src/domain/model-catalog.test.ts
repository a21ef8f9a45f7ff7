import { expect, test } from 'vitest';
import { fixedCatalog, type Model } from './model-catalog.ts';
import { epochMs, modelId, tenantId, type TenantId } from './names.ts';

const model = (id: string, owner: 'operator' | TenantId): Model => ({ id: modelId(id), owner, createdAt: epochMs(0), description: id });
const [ada, bob] = [tenantId('ada'), tenantId('bob')];
const catalog = fixedCatalog([model('open', 'operator'), model('adas-own', ada)]);

test("the operator's models are everyone's, a tenant's own are its own", () => {
  expect(catalog.visibleTo(ada).map(({ id }) => id)).toEqual(['open', 'adas-own']);
  expect(catalog.visibleTo(bob).map(({ id }) => id)).toEqual(['open']);
});

test("another tenant's model and a model that never was look the same", () => {
  expect(catalog.find(ada, modelId('adas-own'))?.id).toBe('adas-own');
  expect(catalog.find(bob, modelId('adas-own'))).toBeUndefined();
  expect(catalog.find(bob, modelId('never'))).toBeUndefined();
});
