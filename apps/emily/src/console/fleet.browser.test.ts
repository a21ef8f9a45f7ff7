import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { looks, seriousFindings } from './dev/axe.ts';
import { sticksOut } from './dev/browser.ts';
import { nowPages } from './dev/now-pages.ts';
import { picture } from './dev/picture.ts';
import { fleetStrings } from './strings-of-fleet.ts';
import { strings } from './strings.ts';

/*
 * The page of the fleet, over a fixture's world. SCREENSHOTS=FOLDER keeps the pictures.
 */
const { absent, open } = nowPages('fleet.browser.test.ts');
const { sections, gpu } = fleetStrings;
const first = { path: '/?page=fleet', wait: '.gpu-whole .gpu-bar' };
const rows = (page: Page, panel: string) => page.locator(`.panel-${panel} tbody tr`);

/** How wide the parts of the bar are together, and how wide it is inside, in px. */
const widths = (page: Page): Promise<readonly [parts: number, bar: number]> => page.locator('.gpu-whole .gpu-bar').evaluate((bar) => [
  [...bar.children].reduce((sum, part) => sum + part.getBoundingClientRect().width, 0), bar.clientWidth,
] as const);

async function saved(page: Page, name: string): Promise<readonly string[]> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: strings.csvOf(name), exact: true }).click()]);
  return (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
}

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(absent)('the page of the fleet', { retry: 1, timeout: 90_000 }, () => {
  for (const { colorScheme, viewport } of [...looks, ...[768, 3840].map((width) => ({ colorScheme: 'light' as const, viewport: { width, height: 900 } }))]) {
    test(`${colorScheme} at ${viewport.width} px: everything is there, the bar is full, nothing sticks out, axe finds nothing serious`, async () => {
      const { page } = await open('trouble', { ...first, colorScheme, viewport });
      expect(await page.title()).toBe('Fleet · Emily');
      for (const name of Object.values(sections)) await page.getByRole('heading', { name, exact: true }).waitFor();
      await rows(page, 'left').first().waitFor();
      await page.getByText(/^37 calls wait for .+: all of its replicas are busy$/).waitFor();
      const [parts, bar] = await widths(page);
      expect(Math.abs(parts - bar)).toBeLessThan(1);
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await picture(page, `fleet-${colorScheme}-${viewport.width}`);
    });
  }

  test('from the page Now: its figure leads here, and so does what is found of a replica; g and a letter too', async () => {
    const { page } = await open('trouble');
    await page.locator('.figures').getByRole('link', { name: strings.now.figures.ready }).click();
    await rows(page, 'replicas').first().waitFor();
    await page.goBack();
    await page.getByRole('link', { name: /mistral-small-24b\/2 .* is draining/ }).click();
    await rows(page, 'replicas').first().waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('page-title');
    await page.keyboard.press('g');
    await page.keyboard.press('Shift+N');
    await page.locator('.figures').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('Shift+F');
    await rows(page, 'replicas').first().waitFor();
  });

  test('each replica has its state in words; one that has not registered has no time, and those that have left say why', async () => {
    const { page } = await open('trouble', first);
    await page.getByText(fleetStrings.ready('6', '7')).waitFor();
    const draining = rows(page, 'replicas').filter({ hasText: 'mistral-small-24b/2' });
    expect(await draining.innerText()).toContain(fleetStrings.states.draining);
    expect(await draining.innerText()).toContain(fleetStrings.unregistered);
    expect(await rows(page, 'replicas').first().getByRole('img').getAttribute('aria-label')).toMatch(/^GPU time: set-up \d+\.\d%, active \d+\.\d%, idle \d+\.\d%$/);
    expect(await rows(page, 'left').first().innerText()).toContain('was ended by SIGKILL');
  });

  test('the bar says its parts: more tenants than have a shade are told together there, and apart in the table and its CSV', async () => {
    const { page } = await open('busy', first);
    expect(await page.locator('.gpu-whole').getByRole('img').getAttribute('aria-label')).toMatch(/^GPU time: set-up .*, active for Aldermoor Legal .*, active for 1 other \d.*, idle .*, unknown 0\.0%$/);
    expect(await rows(page, 'gpu').count()).toBe(9);
    const lines = await saved(page, sections.gpu);
    expect(lines[0]).toBe('\uFEFFPart,Tenant,GPU hours,GPU ms,Share');
    expect(lines.filter((line) => line.startsWith('active,'))).toHaveLength(6);
    expect(lines[1]).toBe(`set-up,,3,10800000,${10_800_000 / lines.slice(1).reduce((sum, line) => sum + Number(line.split(',')[3]), 0)}`);
    expect((await saved(page, sections.replicas))[0]).toBe('\uFEFFReplica,Model,State,In flight,Owner,GPUs,Registered,Last beat,Its GPU time,"set-up, GPU ms","active, GPU ms","idle, GPU ms","unknown, GPU ms"');
  });

  test('one model at a time; the choice is in the address, and back returns', async () => {
    const { page } = await open('busy', first);
    await page.getByLabel(gpu.model).selectOption('qwen3-32b');
    expect(new URL(page.url()).search).toBe('?page=fleet&model=qwen3-32b');
    // Only the first model has time of which nobody knows.
    await expect.poll(() => rows(page, 'gpu').count()).toBe(8);
    await page.reload();
    await expect.poll(() => rows(page, 'gpu').count()).toBe(8);
    await page.goBack();
    await expect.poll(() => rows(page, 'gpu').count()).toBe(9);
  });

  test('before any replica has counted time it says so', async () => {
    const { page } = await open('empty', { path: '/?page=fleet', wait: '.panel-gpu .table-empty' });
    await page.getByText(gpu.none).waitFor();
  });
});
