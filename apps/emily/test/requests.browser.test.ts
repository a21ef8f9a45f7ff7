import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmily } from '../src/app/emily.ts';
import { tabsFor } from '../src/console/dev/tabs.ts';
import { requestStrings } from '../src/console/strings-of-requests.ts';
import { strings } from '../src/console/strings.ts';
import { builtPage } from './built-page.ts';
import { clientOf } from './client.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * The page of the requests over the real Emily: a call is seen while one looks, and what became of it is told to the
 * line of its invoice.
 */

const TIMEOUT_MS = 120_000;
/** Live numbers move within this of the request, in ms. */
const SEEN_WITHIN_MS = 2_000;

const tabs = tabsFor('requests.browser.test.ts');

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(tabs.absent)('requests on the console', { retry: 1, timeout: TIMEOUT_MS }, () => {
  test('a call is listed within two seconds, and opens to its facts, its price and its line; also after a restart', async () => {
    const store = await temporaryFolder();
    const start = async () => {
      const emily = await startEmily({ store, host: '127.0.0.1', port: 0, zone: 'Europe/Berlin', mode: 'serve', seed: 1, page: await builtPage(), replicasPerModel: 1, report: () => {} });
      onTestFinished(() => emily.stop());
      return emily;
    };
    const emily = await start();
    const page = await tabs.newTab();
    await page.goto(emily.signInLink);
    await page.locator('.figures').getByRole('link', { name: strings.now.figures.requests }).click();
    await page.getByText(requestStrings.none).waitFor();

    const client = clientOf(emily.address.origin, emily.demo.keys.values().next().value!);
    const answer = await client.chat({ words: 3 });
    await answer.text();
    const id = answer.headers.get('x-request-id')!;
    const row = page.locator('.panel-list tbody tr').filter({ has: page.getByTitle(id) });
    await row.getByText(requestStrings.outcomes.completed).waitFor({ timeout: SEEN_WITHIN_MS });

    await row.getByRole('link').click();
    const panel = page.locator('.panel-request');
    await expect.poll(() => panel.innerText()).toContain('on the line 1 × €0.01 = €0.01');
    for (const part of [requestStrings.one.title(id), requestStrings.one.why.charged, 'gateway-1, epoch 1, number 0', 'gateway-1, epoch 1, number 1', requestStrings.one.windowOf('1')]) expect(await panel.innerText()).toContain(part);
    const { search } = new URL(page.url());
    await page.context().close();
    await emily.stop();

    const again = await start();
    const later = await tabs.newTab();
    await later.goto(again.signInLink);
    await later.goto(`${again.address.origin}/${search}`);
    await expect.poll(() => later.locator('.panel-request').innerText()).toContain('on the line 1 × €0.01 = €0.01');
  });
});
