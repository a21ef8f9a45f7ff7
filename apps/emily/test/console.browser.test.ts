import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { sticksOut } from '../src/console/dev/browser.ts';
import { tabsFor } from '../src/console/dev/tabs.ts';
import { strings } from '../src/console/strings.ts';
import { realTrace, traceFile } from '../src/demo/testing/trace-file.ts';
import { builtPage } from './built-page.ts';
import { clientOf } from './client.ts';
import { startProcess } from './process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * The console of the real process in a real browser: what `npm start` prints is opened, and what is
 * sent by a customer is seen. Each test ends with no console error, nothing uncaught and no breach of
 * the policy.
 *
 * SCREENSHOTS=FOLDER keeps the pictures.
 */

const TIMEOUT_MS = 180_000;
/** How long a figure may take to follow what happened, in ms. */
const FOLLOW_MS_MAX = 30_000;

const tabs = tabsFor('console.browser.test.ts');

const figure = async (page: Page, name: string): Promise<number> =>
  Number((await page.locator(`[data-figure="${name}"]`).innerText()).replace(/[^\d.]/g, ''));

/** Turns the page light and dark, and takes a picture of each. */
async function inBothSchemes(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'] ?? (await temporaryFolder());
  for (const [colorScheme, ground] of [['light', 'rgb(245, 246, 248)'], ['dark', 'rgb(13, 16, 20)']] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(ground);
    expect(await sticksOut(page)).toEqual([]);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true });
  }
}

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(tabs.absent)('the console of the running process', { retry: 1 }, () => {
  beforeAll(async () => void (await builtPage()), TIMEOUT_MS);

  test('the printed link signs in once; a first request shows in the rates and in the bill', { timeout: TIMEOUT_MS }, async () => {
    const emily = startProcess(['--data', await temporaryFolder(), '--no-demand']);
    const link = (await emily.link()).href;
    const page = await tabs.newTab();
    await page.goto(link);
    expect(new URL(page.url()).pathname).toBe('/');
    await page.getByRole('heading', { name: strings.now.teach.title }).waitFor();
    expect([await figure(page, 'requests'), await figure(page, 'bill')]).toEqual([0, 0]);

    const client = clientOf(new URL(link).origin, await emily.demoKey());
    for (let i = 0; i < 12; i++) await (await client.chat({ words: 3 })).text();
    await expect.poll(() => figure(page, 'requests'), { timeout: FOLLOW_MS_MAX }).toBeGreaterThan(0);
    await expect.poll(() => figure(page, 'bill'), { timeout: FOLLOW_MS_MAX }).toBe(0.12);
    await page.locator('.panel-invoices tbody tr').first().waitFor();
    expect(await page.locator('.bill-amount .sure').getAttribute('class')).toContain('provisional');
    // A thirteenth, and the bill moves while one looks.
    await (await client.chat({ stream: true })).text();
    await expect.poll(() => figure(page, 'bill'), { timeout: FOLLOW_MS_MAX }).toBe(0.13);

    const stranger = await tabs.newTab({ complaint: 'Failed to load resource' });
    const again = await stranger.goto(link);
    expect([again?.status(), await again?.text()]).toEqual([401, expect.stringContaining('start Emily again')]);
    await page.reload();
    await page.locator('.figures').waitFor();
  });

  test('what cannot be read is counted where an operator sees it', { timeout: TIMEOUT_MS }, async () => {
    const emily = startProcess(['--data', await temporaryFolder(), '--no-demand']);
    const link = await emily.link();
    const page = await tabs.newTab();
    await page.goto(link.href);
    await page.locator('.figures').waitFor();
    await clientOf(link.origin, await emily.demoKey()).post('/v1/events', 'no event at all');
    await expect.poll(() => figure(page, 'bad'), { timeout: FOLLOW_MS_MAX }).toBe(1);
  });

  test('with demo demand the page fills, light and dark, and nothing sticks out', { timeout: TIMEOUT_MS }, async () => {
    const emily = startProcess(['--data', await temporaryFolder()]);
    const page = await tabs.newTab();
    await page.goto((await emily.link()).href);
    await expect.poll(() => figure(page, 'bill'), { timeout: FOLLOW_MS_MAX }).toBeGreaterThan(0.2);
    expect(await page.locator('[data-figure="ready"]').innerText()).toBe('5 of 5');
    await inBothSchemes(page, 'demo');
    await page.getByText(strings.now.verdict.good).waitFor();
  });

  test('an invoice that is final has no number yet, and says with what numbers come', { timeout: TIMEOUT_MS }, async () => {
    const file = await traceFile('TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00.0000000,3,5\n');
    const emily = startProcess(['--data', await temporaryFolder(), '--replay', file]);
    await emily.said(/Ctrl-C ends Emily/);
    const page = await tabs.newTab();
    await page.goto((await emily.link()).href);
    const row = page.locator('.panel-invoices tbody tr').first();
    await row.waitFor();
    expect(await row.textContent()).toContain(strings.now.invoices.noNumber.final);
  });

  test('a replay ends in a bill that is final, and says so', { timeout: TIMEOUT_MS }, async ({ skip }) => {
    const file = realTrace('servegen/deepseek-r1/chunk-57-trace.csv', skip);
    const emily = startProcess(['--data', await temporaryFolder(), '--replay', file, '--json']);
    await emily.said(/Ctrl-C ends Emily/);
    const { requests } = JSON.parse(emily.stdout) as { requests: number };
    const page = await tabs.newTab();
    await page.goto((await emily.link()).href);
    await page.getByRole('heading', { name: strings.now.sections.billFinal }).waitFor();
    expect(await figure(page, 'bill')).toBe(requests / 100);
    await page.locator('.panel-invoices tbody tr').first().waitFor();
    expect(await page.locator('.panel-invoices .hatched').count()).toBe(0);
    await inBothSchemes(page, 'replayed');
  });
});
