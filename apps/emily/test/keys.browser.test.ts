import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from '../src/console/dev/axe.ts';
import { sticksOut } from '../src/console/dev/browser.ts';
import { picture } from '../src/console/dev/picture.ts';
import { tabsFor } from '../src/console/dev/tabs.ts';
import { keyStrings } from '../src/console/strings-of-keys.ts';
import { pageStrings } from '../src/console/strings-of-pages.ts';
import { strings } from '../src/console/strings.ts';
import { builtPage } from './built-page.ts';
import { clientOf } from './client.ts';
import { customerHouse, type CustomerHouse, widths } from './customer-house.ts';

/*
 * The customer's page of the keys over the real Emily: what is made there opens Emily, and what is revoked does not.
 * SCREENSHOTS=FOLDER keeps the pictures.
 */
const TIMEOUT_MS = 120_000;
const tabs = tabsFor('keys.browser.test.ts');
const say = keyStrings;

const row = (page: Page, name: string) => page.locator('.panel-keys tbody tr').filter({ hasText: name });
const secret = async (page: Page): Promise<string> => (await page.getByRole('region', { name: say.secret.label, exact: true }).innerText()).trim();
const status = async ({ emily }: CustomerHouse, key: string): Promise<number> => (await clientOf(emily.address.origin, key).chat({})).status;

async function make(page: Page, name: string): Promise<string> {
  await page.getByLabel(say.make.name).fill(name);
  await page.getByRole('button', { name: say.make.submit }).click();
  await page.getByRole('heading', { name: say.secret.title(name) }).waitFor();
  return secret(page);
}

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(tabs.absent)('keys on the console', { retry: 1, timeout: TIMEOUT_MS }, () => {
  beforeAll(async () => void (await builtPage()), TIMEOUT_MS);

  test('an administrator makes a key: its text is shown once, can be copied, and opens Emily', async () => {
    const house = await customerHouse(tabs);
    const page = await house.as('admin', '/?page=keys');
    const text = await make(page, 'the web shop');
    expect(text).toMatch(/^em_\w+_\w+$/);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('secret-title');
    await page.locator('.secret').getByRole('button', { name: strings.copy.do }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
    expect(await status(house, text)).toBe(200);
    await row(page, 'the web shop').getByText(say.states.good).waitFor();
    await expect.poll(() => row(page, 'the web shop').innerText()).toContain(`console session of ${house.tenants[0]}`);
    await page.getByRole('button', { name: say.secret.put }).click();
    expect(await page.content()).not.toContain(text);
    await page.reload();
    await row(page, 'the web shop').waitFor();
    expect(await page.content()).not.toContain(text);
  });

  test('its limits hold, one that is made in its place takes them, and revoked it opens nothing; by keyboard alone', async () => {
    const house = await customerHouse(tabs);
    const page = await house.as('admin', '/?page=keys');
    const text = await make(page, 'nightly');
    await row(page, 'nightly').getByRole('button', { name: /^Change nightly/ }).focus();
    await page.keyboard.press('Enter');
    const limits = page.getByRole('form', { name: say.limits.title });
    await limits.getByLabel(say.limits.requests).fill('none');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText(say.limits.lacking('1,000,000,000')).waitFor();
    await limits.getByLabel(say.limits.requests).fill('2');
    await page.keyboard.press('Enter');
    await page.getByText(say.limits.done('nightly')).waitFor();
    expect([await status(house, text), await status(house, text), await status(house, text)]).toEqual([200, 200, 429]);

    const rotate = page.getByRole('form', { name: say.rotate.title });
    await rotate.getByLabel(say.rotate.overlap).selectOption('0');
    await rotate.getByRole('button').press('Enter');
    await expect.poll(() => secret(page)).not.toBe(text);
    const anew = await secret(page);
    // They share what is left of the minute.
    expect([await status(house, text), await status(house, anew)]).toEqual([401, 429]);
    await expect.poll(() => row(page, 'nightly').count()).toBeGreaterThan(1);

    const good = row(page, 'nightly').filter({ hasText: say.states.good });
    await expect.poll(() => good.count()).toBe(1);
    await good.getByRole('button', { name: /^Change nightly/ }).press('Enter');
    const revoke = page.getByRole('form', { name: say.revoke.title });
    await revoke.getByRole('button').press('Enter');
    await page.getByRole('alert').getByText(say.revoke.lacking).waitFor();
    await revoke.getByLabel(say.revoke.confirm).press('Space');
    await revoke.getByRole('button').press('Enter');
    await row(page, 'nightly').getByText(say.states.revoked).first().waitFor();
    expect(await status(house, anew)).toBe(401);
  });

  test('a developer sees the keys and can change none, the operator chooses whose they are; nobody sees those of others', async () => {
    const house = await customerHouse(tabs);
    const [first, second] = house.tenants;
    await house.operator('POST', '/v1/keys', { tenant: second, name: 'not for others', scopes: ['read'] });
    const developer = await house.as('developer', `/?page=keys&tenant=${second}`);
    await row(developer, 'demo').first().waitFor();
    await developer.getByText(say.readOnly).waitFor();
    expect(await developer.getByRole('button', { name: /^Change demo/ }).count()).toBe(0);
    expect(await developer.getByRole('button', { name: say.make.submit }).count()).toBe(0);
    expect(await developer.content()).not.toContain('not for others');

    const operator = await house.as('operator', '/?page=keys');
    await operator.getByText(say.choose).waitFor();
    await operator.getByLabel(pageStrings.tenant, { exact: true }).selectOption(second);
    await row(operator, 'not for others').waitFor();
    expect(await status(house, await make(operator, 'from the operator'))).toBe(200);
    await operator.getByLabel(pageStrings.tenant, { exact: true }).selectOption(first);
    await row(operator, 'demo').first().waitFor();
    expect(await operator.locator('main').innerText()).not.toMatch(/not for others|from the operator|em_/);
  });

  for (const look of widths) {
    test(`${look.colorScheme} at ${look.viewport?.width} px: nothing sticks out, axe finds nothing serious, with a key made and one opened`, async () => {
      const house = await customerHouse(tabs);
      const page = await house.as('admin', '/?page=keys', look);
      await make(page, 'the web shop');
      await row(page, 'the web shop').getByRole('button').click();
      await page.getByRole('form', { name: say.revoke.title }).waitFor();
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await picture(page, `keys-${look.colorScheme}-${look.viewport?.width}`);
    });
  }
});
