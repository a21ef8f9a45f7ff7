import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmily } from '../src/app/emily.ts';
import { tabsFor } from '../src/console/dev/tabs.ts';
import { auditStrings, tenantStrings } from '../src/console/strings-of-accounts.ts';
import { builtPage } from './built-page.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * The pages of the tenants and of the audit over the real Emily: what is done there is in the audit, and its chain holds.
 */

const TIMEOUT_MS = 120_000;

const tabs = tabsFor('accounts.browser.test.ts');

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(tabs.absent)('tenants and the audit on the console', { retry: 1, timeout: TIMEOUT_MS }, () => {
  test('a tenant is made on the page; the audit says by whom, its chain holds, and a head that was kept is found again', async () => {
    const emily = await startEmily({ store: await temporaryFolder(), host: '127.0.0.1', port: 0, zone: 'Europe/Berlin', mode: 'serve', seed: 1, page: await builtPage(), replicasPerModel: 1, report: () => {} });
    onTestFinished(() => emily.stop());
    const page = await tabs.newTab({ complaint: 'status of 400' });
    await page.goto(emily.signInLink);
    await page.goto(`${emily.address.origin}/?page=audit`);
    const head = page.locator('.panel-chain pre');
    await head.waitFor();
    const kept = await head.innerText();

    await page.getByRole('link', { name: 'Tenants', exact: true }).click();
    const form = page.locator('.panel-create');
    await form.getByLabel(tenantStrings.create.id).fill('Not An Id');
    await form.getByLabel(tenantStrings.create.name, { exact: true }).fill('Acme GmbH');
    await page.keyboard.press('Enter');
    await form.getByRole('alert').getByText(/HTTP 400: id must be/).waitFor();
    await form.getByLabel(tenantStrings.create.id).fill('acme');
    await page.keyboard.press('Enter');
    await form.getByText(tenantStrings.create.done('Acme GmbH')).waitFor();
    await page.locator('.panel-tenants').getByRole('link', { name: 'Acme GmbH' }).click();
    await page.locator('.panel-one').getByText(tenantStrings.keys.none).waitFor();
    await page.locator('.panel-one').getByText(tenantStrings.budgets.none).waitFor();
    await page.locator('.panel-one').getByRole('link', { name: tenantStrings.allActs }).click();

    const row = page.locator('.panel-acts tbody tr').first();
    await row.getByText('tenant acme; name Acme GmbH').waitFor();
    expect(await row.innerText()).toContain('console session');
    const chain = page.locator('.panel-chain');
    await chain.getByLabel(auditStrings.chain.kept).fill(kept);
    await page.keyboard.press('Enter');
    await chain.getByText(/^It is the chain of act \d+/).waitFor();
    await chain.getByText(/^The chain holds: all \d+ acts/).waitFor();
    expect(await head.innerText()).not.toBe(kept);
  });
});
