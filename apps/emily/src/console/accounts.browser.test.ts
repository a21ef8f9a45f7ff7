import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Hello } from './api.ts';
import { looks, seriousFindings } from './dev/axe.ts';
import { sticksOut } from './dev/browser.ts';
import { HOSTILE_NAME } from './dev/fixture-world.ts';
import { nowPages } from './dev/now-pages.ts';
import { picture } from './dev/picture.ts';
import { auditStrings, tenantStrings } from './strings-of-accounts.ts';
import { strings } from './strings.ts';

/*
 * The pages of the tenants and of the audit, over a fixture's world. SCREENSHOTS=FOLDER keeps the pictures.
 */
const { absent, open } = nowPages('accounts.browser.test.ts');
const every = [...looks, ...[768, 3840].map((width) => ({ colorScheme: 'light' as const, viewport: { width, height: 900 } }))];
const focused = (page: Page): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);

async function saved(page: Page, name: string): Promise<readonly string[]> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: strings.csvOf(name) }).click()]);
  return (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
}

/** As somebody who may do less than the operator. */
async function as(page: Page, role: 'finance' | 'auditor', may: Hello['may']): Promise<void> {
  await page.route('**/console/hello', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json() as Hello), who: { role, tenant: null, user: null }, may } });
  });
  await page.reload();
}

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(absent)('the page of the tenants', { retry: 1, timeout: 90_000 }, () => {
  const { sections, create } = tenantStrings;
  const first = { path: '/?page=tenants', wait: '.panel-tenants tbody tr' };
  const rows = (page: Page) => page.locator('.panel-tenants tbody tr');

  for (const { colorScheme, viewport } of every) {
    test(`${colorScheme} at ${viewport.width} px: all tenants and one of them, nothing sticks out, axe finds nothing serious`, async () => {
      const { page } = await open('busy', { ...first, colorScheme, viewport });
      expect(await page.title()).toBe('Tenants · Emily');
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await picture(page, `tenants-${colorScheme}-${viewport.width}`);
      await rows(page).getByRole('link', { name: 'Aldermoor Legal' }).click();
      await page.locator('.panel-one table').nth(2).waitFor();
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await picture(page, `tenant-${colorScheme}-${viewport.width}`);
    });
  }

  test('by key and letter; a tenant opens with its keys, its budgets and who made them, by link too, and back closes it', async () => {
    const { page } = await open();
    await page.keyboard.press('g');
    await page.keyboard.press('Shift+T');
    await rows(page).first().waitFor();
    expect(await focused(page)).toBe('page-title');
    await rows(page).getByRole('link', { name: 'Aldermoor Legal' }).focus();
    await page.keyboard.press('Enter');
    const panel = page.locator('.panel-one');
    await panel.locator('table').nth(2).waitFor();
    await expect.poll(() => focused(page)).toBe('one-title');
    const [keys, budgets, acts] = await Promise.all([0, 1, 2].map((n) => panel.locator('table').nth(n).innerText()));
    for (const part of ['app', 'infer', tenantStrings.keys.states.good, tenantStrings.keys.states.revoked, tenantStrings.keys.states.expired]) expect(keys).toContain(part);
    for (const part of ['monthly', tenantStrings.budgets.ofAll, '312.5', '187.4875', 'user user-0007']) expect(budgets).toContain(part);
    for (const part of [auditStrings.acts['budget-set'], auditStrings.acts['tenant-created'], 'console session']) expect(acts).toContain(part);
    await page.reload();
    await panel.locator('table').nth(2).waitFor();
    await page.goBack();
    await panel.waitFor({ state: 'detached' });
  });

  test('a tenant is made, and is there; one that is there already says so and changes nothing', async () => {
    const { page } = await open('busy', { ...first, complaint: 'status of 409' });
    const panel = page.locator('.panel-create');
    await panel.getByRole('button').click();
    await panel.getByRole('alert').getByText(create.lacking).waitFor();
    await panel.getByLabel(create.id).fill('acme');
    await panel.getByLabel(create.name, { exact: true }).fill('Acme GmbH');
    await page.keyboard.press('Enter');
    await panel.getByRole('status').getByText(create.done('Acme GmbH')).waitFor();
    await rows(page).getByRole('link', { name: 'Acme GmbH' }).waitFor();
    await panel.getByLabel(create.id).fill('acme');
    await panel.getByLabel(create.name, { exact: true }).fill('Another');
    await page.keyboard.press('Enter');
    await panel.getByRole('alert').getByText(/There is a tenant acme already/).waitFor();
    expect(await rows(page).filter({ hasText: 'Another' }).count()).toBe(0);
  });

  test('who may look and not operate makes no tenants, and finance sees no audit', async () => {
    const { page } = await open('busy', { ...first, path: '/?page=tenants&tenant=ten_aldermoor' });
    await as(page, 'finance', ['read', 'look', 'watch', 'credit']);
    await page.locator('.panel-one table').nth(1).waitFor();
    expect(await page.locator('.panel-create').count()).toBe(0);
    expect(await page.locator('.panel-one').getByRole('heading', { name: sections.acts }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
  });

  test('tenants leave as CSV with exact amounts; a hostile name is text', async () => {
    const { page } = await open('final', first);
    await rows(page).getByText(HOSTILE_NAME).waitFor();
    const lines = await saved(page, sections.tenants);
    expect(lines[0]).toBe('\uFEFFTenant,Id,Since,Requests,Input tokens,Output tokens,"Amount, EUR",Share of bill,Finality,Evidence');
    expect(lines).toHaveLength(7);
    expect(lines[1]).toMatch(/^Aldermoor Legal,ten_aldermoor,\d{4}-[^,]+Z,\d+,\d+,\d+,\d+\.\d\d,0\.\d+,final,ended$/);
  });

  test('before there is a tenant it says what to do', async () => {
    const { page } = await open('empty', { path: '/?page=tenants', wait: '.panel-tenants .table-empty' });
    await page.getByText(tenantStrings.none).waitFor();
  });
});

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(absent)('the page of the audit', { retry: 1, timeout: 90_000 }, () => {
  const { sections, chain, filter } = auditStrings;
  const first = { path: '/?page=audit', wait: '.panel-acts tbody tr' };
  const rows = (page: Page) => page.locator('.panel-acts tbody tr');

  for (const { colorScheme, viewport } of every) {
    test(`${colorScheme} at ${viewport.width} px: everything is there, nothing sticks out, axe finds nothing serious`, async () => {
      const { page } = await open('busy', { ...first, colorScheme, viewport });
      expect(await page.title()).toBe('Audit · Emily');
      await page.locator('.chain-holds').waitFor();
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await picture(page, `audit-${colorScheme}-${viewport.width}`);
    });
  }

  test('the chain is checked at once, and against one that was kept', async () => {
    const { page } = await open('busy', first);
    const panel = page.locator('.panel-chain');
    await panel.getByText(chain.holds('1,225')).waitFor();
    const field = panel.getByLabel(chain.kept);
    await field.fill('beef');
    await panel.getByRole('button', { name: chain.again }).click();
    await panel.getByRole('alert').getByText(chain.keptFlaw).waitFor();
    await field.fill((8).toString(16).padStart(64, '0'));
    await page.keyboard.press('Enter');
    await panel.getByText(chain.keptAt('7')).waitFor();
    await field.fill('f'.repeat(64));
    await page.keyboard.press('Enter');
    await panel.getByText(chain.keptNowhere).waitFor();
  });

  test('a chain that is broken says where', async () => {
    const { page } = await open('trouble', first);
    await page.locator('.panel-chain').getByRole('status').getByText(chain.broken('command 7 (key-created) is not what was written')).waitFor();
  });

  test('the newest acts first, from there to older ones and back; filters stand in the address', async () => {
    const { page } = await open('busy', first);
    await page.getByText(auditStrings.count('1,000', '225', '1,224', '1,225')).waitFor();
    expect(await rows(page).first().innerText()).toContain(auditStrings.acts['budget-set']);
    await page.getByRole('button', { name: auditStrings.older }).click();
    await page.getByText(auditStrings.count('1,000', '0', '999', '1,225')).waitFor();
    expect(new URL(page.url()).search).toBe('?page=audit&from=0');
    await page.getByLabel(filter.act).selectOption('key-created');
    await page.getByLabel(filter.tenant).selectOption('ten_cassini');
    await expect.poll(() => rows(page).count()).toBe(3);
    await page.reload();
    await expect.poll(() => rows(page).count()).toBe(3);
    await page.getByRole('button', { name: filter.clear }).click();
    await page.getByRole('button', { name: auditStrings.newer }).click();
    await page.getByText(auditStrings.count('1,000', '225', '1,224', '1,225')).waitFor();
    expect(new URL(page.url()).search).toBe('?page=audit');
  });

  test('acts leave as CSV with their whole chains', async () => {
    const { page } = await open('busy', { ...first, path: '/?page=audit&tenant=ten_aldermoor&from=0' });
    await expect.poll(() => rows(page).count()).toBe(5);
    const lines = await saved(page, sections.acts);
    expect(lines[0]).toBe('\uFEFF#,When,What,About,By,Chain');
    expect(lines[1]).toMatch(/^1224,[^,]+Z,budget set,tenant ten_aldermoor; budget monthly; limit 500\.00,console session,[0-9a-f]{64}$/);
  });

  test('an auditor gets there, and an act that somebody does meanwhile comes by itself', async () => {
    const { page, fixture } = await open('busy', first);
    await as(page, 'auditor', ['read', 'look', 'watch', 'audit']);
    await rows(page).first().waitFor();
    await page.request.post(`${fixture.address}/v1/tenants`, { data: { id: 'meanwhile', name: 'Meanwhile' } });
    await rows(page).first().getByText('meanwhile').waitFor({ timeout: 15_000 });
  });
});
