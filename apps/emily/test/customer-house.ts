import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { startEmily, type Emily } from '../src/app/emily.ts';
import type { Look, Tabs } from '../src/console/dev/tabs.ts';
import type { TenantId } from '../src/domain/names.ts';
import { builtPage } from './built-page.ts';
import { type Client, clientOf } from './client.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The real Emily with its store, its server and its page, in the test's own process, and people of its tenants at their browsers. */
export type CustomerHouse = {
  readonly emily: Emily;
  /** Two of its tenants. */
  readonly tenants: readonly [TenantId, TenantId];
  /** A tenant's own program, with the key of the demo. */
  client(tenant: TenantId): Client;
  /** A tab in which somebody has signed in; a path is asked for then. */
  as(role: 'operator' | 'admin' | 'developer', path: string, look?: Look): Promise<Page>;
  /** Asks as the operator. */
  operator(method: 'GET' | 'POST', path: string, body?: object): Promise<Response>;
};

export async function customerHouse(tabs: Tabs): Promise<CustomerHouse> {
  const emily = await startEmily({ store: await temporaryFolder(), host: '127.0.0.1', port: 0, zone: 'Europe/Berlin', mode: 'serve', seed: 1, page: await builtPage(), replicasPerModel: 1, report: () => {} });
  onTestFinished(() => emily.stop());
  const { origin } = emily.address;
  const [first, second] = [...emily.demo.keys.keys()];
  const operator: CustomerHouse['operator'] = (method, path, body) =>
    fetch(new URL(path, origin), { method, headers: { 'authorization': `Bearer ${emily.demo.adminKey}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return {
    emily,
    tenants: [first!, second!],
    client: (tenant) => clientOf(origin, emily.demo.keys.get(tenant)!),
    operator,
    async as(role, path, look) {
      const link = await operator('POST', '/v1/sign-in-links', role === 'operator' ? { role } : { role, tenant: first });
      const page = await tabs.newTab({ permissions: ['clipboard-read', 'clipboard-write'], ...look });
      await page.goto(origin + ((await link.json()) as { readonly path: string }).path);
      await page.goto(origin + path);
      return page;
    },
  };
}

/** Every look in which a page must be whole. */
export const widths: readonly Look[] = [
  ...(['light', 'dark'] as const).flatMap((colorScheme) => [375, 1440].map((width): Look => ({ colorScheme, viewport: { width, height: 900 } }))),
  { colorScheme: 'light', viewport: { width: 3840, height: 2160 } },
];
