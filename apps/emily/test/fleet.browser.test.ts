import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmily } from '../src/app/emily.ts';
import { tabsFor } from '../src/console/dev/tabs.ts';
import { fleetStrings } from '../src/console/strings-of-fleet.ts';
import { builtPage } from './built-page.ts';
import { clientOf } from './client.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * The page of the fleet over the real Emily and its simulated replicas: their time, and for whom they were active.
 */

const TIMEOUT_MS = 120_000;
/** Replicas beat every five seconds, and the page asks every ten. */
const TOLD_MS_MAX = 45_000;

const tabs = tabsFor('fleet.browser.test.ts');

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(tabs.absent)('the fleet on the console', { retry: 1, timeout: TIMEOUT_MS }, () => {
  test('replicas are shown as they are, and calls show in their time, by tenant', async () => {
    const emily = await startEmily({ store: await temporaryFolder(), host: '127.0.0.1', port: 0, zone: 'Europe/Berlin', mode: 'serve', seed: 1, page: await builtPage(), replicasPerModel: 1, report: () => {} });
    onTestFinished(() => emily.stop());
    const page = await tabs.newTab();
    await page.goto(emily.signInLink);
    const all = String(emily.models.length);
    await page.locator('.figures').getByRole('link', { name: 'Replicas ready' }).click();
    await page.getByText(fleetStrings.ready(all, all)).waitFor();
    const client = clientOf(emily.address.origin, emily.demo.keys.values().next().value!);
    for (let n = 0; n < 3; n += 1) await (await client.chat({ words: 40 })).text();
    await page.locator('.panel-gpu').getByText(/^active for /).first().waitFor({ timeout: TOLD_MS_MAX });
    await page.locator('.panel-gpu').getByText(fleetStrings.gpu.parts.setup).waitFor();
    expect(await page.locator('.gpu-whole').getByRole('img').getAttribute('aria-label')).toMatch(/^GPU time: set-up .*active for .*idle /);
    expect(await page.locator('.panel-replicas tbody tr').count()).toBe(emily.models.length);
  });
});
