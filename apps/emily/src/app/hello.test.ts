import { expect, test } from 'vitest';
import { Accounts } from '../account/accounts.ts';
import { actsOfRole } from '../account/rights.ts';
import type { Person } from '../account/role.ts';
import { Users } from '../account/users.ts';
import { memoryVault } from '../account/vault.ts';
import { fixedCatalog, type Model } from '../domain/model-catalog.ts';
import { epochMs, modelId, tenantId } from '../domain/names.ts';
import { hello } from './hello.ts';

const now = epochMs(1_000);
const accounts = new Accounts(() => now);
for (const tenant of ['ada', 'bob', 'mle'].map(tenantId)) accounts.apply({ kind: 'tenant-created', at: now, tenant, name: `${tenant} Ltd` });
const model = (id: string, owner: Model['owner']): Model => ({ id: modelId(id), owner, createdAt: epochMs(0), description: id });
const models = [model('shared', 'operator'), model('bob/own', tenantId('bob'))];

const told = (person: Person): object =>
  hello({ ...person, user: undefined, isByLink: true, expiresAt: now }, {
    accounts,
    users: new Users(memoryVault()),
    now,
    mode: 'demo',
    address: new URL('http://127.0.0.1:8787'),
    zone: 'Europe/Berlin',
    models,
    visibleTo: fixedCatalog(models).visibleTo,
    isSimulated: () => true,
    demoKey: 'em_secret',
    curl: (key, theirs) => `curl ${key} ${theirs.map(({ id }) => id).join()}`,
    replay: { file: 'a trace' },
  });

test('somebody of a tenant is told of that tenant, of its models, and of no key', () => {
  const page = told({ role: 'admin', tenant: tenantId('ada') });
  expect(page).toMatchObject({
    who: { role: 'admin', tenant: { id: 'ada', name: 'ada Ltd' }, user: null },
    may: actsOfRole.admin,
    tenants: [{ id: 'ada', name: 'ada Ltd' }],
    models: [{ id: 'shared', owner: 'operator', simulated: true }],
    demoKey: null,
    curl: 'curl $EMILY_KEY shared',
    replay: null,
  });
  expect(JSON.stringify(page)).not.toMatch(/bob|mle|secret/);
});

test('those of the house are told of all; of a key only the operator, whom it does not let do more', () => {
  expect(told({ role: 'operator', tenant: undefined })).toMatchObject({ who: { role: 'operator', tenant: null }, tenants: [{ id: 'ada' }, { id: 'bob' }, { id: 'mle' }], demoKey: 'em_secret', curl: 'curl em_secret shared,bob/own' });
  for (const role of ['finance', 'auditor'] as const) expect(JSON.stringify(told({ role, tenant: undefined }))).not.toContain('secret');
});
