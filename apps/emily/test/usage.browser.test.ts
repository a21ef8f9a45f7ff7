import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from '../src/console/dev/axe.ts';
import { sticksOut } from '../src/console/dev/browser.ts';
import { picture } from '../src/console/dev/picture.ts';
import { tabsFor } from '../src/console/dev/tabs.ts';
import { pageStrings } from '../src/console/strings-of-pages.ts';
import { usageStrings } from '../src/console/strings-of-usage.ts';
import { strings } from '../src/console/strings.ts';
import { builtPage } from './built-page.ts';
import { customerHouse, type CustomerHouse, widths } from './customer-house.ts';

/*
 * The customer's page of usage over the real Emily, as a tenant's administrator and developer and as the operator.
 * SCREENSHOTS=FOLDER keeps the pictures.
 */
const TIMEOUT_MS = 120_000;
/** How long a figure may take to follow what happened, in ms. */
const FOLLOW_MS_MAX = 30_000;
const tabs = tabsFor('usage.browser.test.ts');

const key = (page: Page): Promise<string[]> => page.locator('.usage-key li').allInnerTexts();
const form = (page: Page) => page.getByRole('search', { name: usageStrings.form.label });

/** Three calls of the first tenant, one of the second. */
async function used(): Promise<CustomerHouse> {
  const house = await customerHouse(tabs);
  const [first, second] = house.tenants;
  for (const tenant of [first, first, first, second]) await (await house.client(tenant).chat({ words: 3 })).text();
  return house;
}

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(tabs.absent)('usage on the console', { retry: 1, timeout: TIMEOUT_MS }, () => {
  beforeAll(async () => void (await builtPage()), TIMEOUT_MS);

  test('as each role, in each look: what was used is drawn, nothing sticks out, axe finds nothing serious', async () => {
    const house = await used();
    for (const role of ['admin', 'developer', 'operator'] as const) {
      for (const look of role === 'admin' ? widths : widths.slice(0, 2)) {
        const page = await house.as(role, '/?page=usage', look);
        await expect.poll(async () => (await key(page))[0], { timeout: FOLLOW_MS_MAX }).toMatch(role === 'operator' ? /phi-4 4/ : /phi-4 3/);
        expect(await page.title()).toBe('Usage · Emily');
        expect(await sticksOut(page)).toEqual([]);
        expect(await seriousFindings(page)).toEqual([]);
        await picture(page, `usage-${role}-${look.colorScheme}-${look.viewport?.width}`);
        await page.context().close();
      }
    }
  });

  test('by key: the name of the key is told, only its own tenant is seen, and the deep link restores the whole question', async () => {
    const house = await used();
    const page = await house.as('developer', '/');
    await form(page).getByLabel(usageStrings.form.group).selectOption('key');
    await form(page).getByLabel(usageStrings.form.unit).selectOption('outputTokens');
    await form(page).getByLabel(usageStrings.form.window, { exact: true }).selectOption('minute');
    await expect.poll(() => key(page), { timeout: FOLLOW_MS_MAX }).toEqual([expect.stringMatching(/^demo \(\w+\) 9$/)]);
    const asked = page.url();
    expect(new URL(asked).search).toBe('?window=minute&group=key&unit=outputTokens');
    await page.reload();
    await expect.poll(() => key(page)).toEqual([expect.stringMatching(/^demo \(\w+\) 9$/)]);
    expect(page.url()).toBe(asked);
    await page.goBack();
    await page.getByText(usageStrings.chart.title('output tokens', 'hour')).waitFor();
    // Of the second tenant there is nothing on the page, not even in an address that names it.
    await page.goto(`${house.emily.address.origin}/?page=usage&tenant=${house.tenants[1]}&group=tenant`);
    await expect.poll(() => key(page)).toEqual([expect.stringMatching(/ 3$/)]);
    expect(await page.content()).not.toContain('Blue Heron');
    await expect(page.getByLabel(pageStrings.tenant, { exact: true }).count()).resolves.toBe(0);
  });

  test('the operator chooses a tenant, which goes along, and takes the table as CSV', async () => {
    const house = await used();
    const page = await house.as('operator', '/?page=usage&window=minute&group=user&view=table');
    await page.getByLabel(pageStrings.tenant, { exact: true }).selectOption(house.tenants[1]);
    const row = page.locator('.panel-explorer tbody tr');
    await expect.poll(() => row.count(), { timeout: FOLLOW_MS_MAX }).toBe(1);
    expect(new URL(page.url()).searchParams.get('tenant')).toBe(house.tenants[1]);
    expect(await page.getByRole('link', { name: pageStrings.pages.usage.title, exact: true }).getAttribute('href')).toBe(`?page=usage&tenant=${house.tenants[1]}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: strings.csvOf(usageStrings.panel) }).click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    expect(lines).toEqual(['\uFEFFFrom,To,Tenant,User,Requests,Input tokens,Cached input,Output tokens,Measured,Finality,Evidence', expect.stringContaining(`,${house.tenants[1]},`)]);
  });

  test('where nothing was used there is a first request to copy', async () => {
    const house = await customerHouse(tabs);
    const page = await house.as('admin', '/');
    await page.getByText(usageStrings.teach).waitFor();
    expect(await page.getByRole('region', { name: usageStrings.teachLabel }).innerText()).toContain('$EMILY_KEY');
  });
});
