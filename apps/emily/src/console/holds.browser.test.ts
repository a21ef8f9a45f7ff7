import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Hello } from './api.ts';
import { looks, seriousFindings } from './dev/axe.ts';
import { sticksOut } from './dev/browser.ts';
import { nowPages } from './dev/now-pages.ts';
import { picture } from './dev/picture.ts';
import { holdStrings } from './strings-of-holds.ts';
import { pageStrings } from './strings-of-pages.ts';
import { strings } from './strings.ts';

/*
 * The page of the holds and the gateways, over a fixture's world; decisions are in apps/emily/test/holds.browser.test.ts,
 * over the real Emily. SCREENSHOTS=FOLDER keeps the pictures.
 */
const { absent, open } = nowPages('holds.browser.test.ts');
const { sections, gateways } = holdStrings;
const first = { path: '/?page=holds', wait: '.panel-gateways' };
const focused = (page: Page): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(absent)('the page of the holds', { retry: 1, timeout: 90_000 }, () => {
  for (const scenario of ['held', 'trouble'] as const) for (const { colorScheme, viewport } of [...looks, { colorScheme: 'light' as const, viewport: { width: 3840, height: 2160 } }]) {
    test(`${scenario}, ${colorScheme} at ${viewport.width} px: everything is there, nothing sticks out, axe finds nothing serious`, async () => {
      const { page } = await open(scenario, { ...first, colorScheme, viewport });
      expect(await page.title()).toBe('Holds · Emily');
      for (const name of Object.values(sections)) await page.getByRole('heading', { name, exact: true }).last().waitFor();
      expect(await page.locator('.strip-row').count()).toBe(3);
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await picture(page, `holds-${scenario}-${colorScheme}-${viewport.width}`);
    });
  }

  test('from the page Now: its figure counts what waits, and what is found there leads here', async () => {
    const { page } = await open('held');
    expect(await page.locator('[data-figure="holds"]').innerText()).toBe('2');
    await page.getByRole('link', { name: /a person has to decide: sequence 7/ }).click();
    await page.getByRole('article').first().waitFor();
    expect(await focused(page)).toBe('page-title');
    await page.goBack();
    await page.locator('.figures').getByRole('link', { name: holdStrings.figure }).click();
    await page.getByRole('article').first().waitFor();
    expect(await page.getByRole('link', { name: pageStrings.pages.holds.title, exact: true }).getAttribute('aria-current')).toBe('page');
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await expect.poll(() => focused(page)).toBe('missing-title');
  });

  test('who is silent and what has not come is said in words, drawn, and listed with the hold that waits for it', async () => {
    const { page } = await open('trouble', first);
    const panel = page.locator('.panel-gateways');
    expect(await panel.getByRole('status').innerText()).toBe(`${gateways.silent(1)} ${gateways.gapped(1)}`);
    await panel.locator('.strip-row .strip-gap').focus();
    expect(await page.getByRole('tooltip').innerText()).toContain('missing 10,231–10,240, 10,252');
    const rows = panel.locator('.table-frame').first().locator('tbody tr');
    expect(await rows.filter({ hasText: 'gateway-3' }).innerText()).toContain('silent');
    expect(await panel.locator('.table-frame').last().innerText()).toContain('numbers 10,231–10,240, 10,252');
    const { page: held } = await open('held', first);
    await held.locator('.panel-gateways').getByRole('button', { name: gateways.toHold('2') }).click();
    await expect.poll(() => focused(held)).toBe('hold-2-title');
  });

  test('the stretch of the strip stands in the address, and back returns to the one before', async () => {
    const { page } = await open('trouble', first);
    await page.getByRole('tab', { name: gateways.ranges.day.label }).click();
    expect(new URL(page.url()).search).toBe('?page=holds&range=day');
    await page.reload();
    await expect.poll(() => page.getByRole('tab', { name: gateways.ranges.day.label }).getAttribute('aria-selected')).toBe('true');
    await page.goBack();
    await expect.poll(() => page.getByRole('tab', { name: gateways.ranges.hours.label }).getAttribute('aria-selected')).toBe('true');
  });

  test('a good day says so', async () => {
    const { page } = await open('busy', first);
    await page.getByText(holdStrings.open(0)).waitFor();
    await page.getByText(gateways.good).waitFor();
    await page.getByText(strings.completeness.missing.none).waitFor();
  });

  test('of a replay the strip shows the whole trace, in its time', async () => {
    const { page } = await open('replay', first);
    expect(await page.getByRole('tab').count()).toBe(0);
    await expect.poll(() => page.locator('.gateways-axis').innerText()).toContain('16 Nov 2023');
  });

  test('who may look and not decide sees what there is to decide, and nothing to decide it with', async () => {
    const { page } = await open('held', { ...first, signedIn: true });
    await page.route('**/console/hello', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json() as Hello), who: { role: 'finance', tenant: null, user: null }, may: ['read', 'look', 'watch', 'credit'] } });
    });
    await page.reload();
    const card = page.getByRole('article').first();
    await card.getByText(holdStrings.looksOn).waitFor();
    expect(await card.getByRole('listitem').count()).toBe(5);
    expect(await page.getByRole('radio').count()).toBe(0);
  });

  test('gateways, what is missing and what was decided leave as CSV', async () => {
    const { page } = await open('trouble', first);
    const saved = async (name: string): Promise<readonly string[]> => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: strings.csvOf(name) }).click()]);
      return (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    };
    const all = await saved(sections.gateways);
    expect(all).toHaveLength(4);
    expect(all[0]).toBe('\uFEFFGateway,State,Epoch,Complete to,Last heard,Promised,Missing,Hold');
    expect(all[2]).toMatch(/^gateway-2,gapped,4,10230,[^,]+Z,[^,]+Z,"10,231–10,240, 10,252",$/);
    expect((await saved(sections.missing))[1]).toMatch(/^usage,gateway-2,4,"numbers 10,231–10,240, 10,252",/);
  });
});
