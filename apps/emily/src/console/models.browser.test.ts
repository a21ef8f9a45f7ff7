import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { looks, seriousFindings } from './dev/axe.ts';
import { sticksOut } from './dev/browser.ts';
import { nowPages } from './dev/now-pages.ts';
import { picture } from './dev/picture.ts';
import { modelStrings } from './strings-of-models.ts';
import { pageStrings } from './strings-of-pages.ts';
import { usageStrings } from './strings-of-usage.ts';
import { strings } from './strings.ts';

/*
 * The page of the models, over a fixture's world. SCREENSHOTS=FOLDER keeps the pictures.
 */
const { absent, open } = nowPages('models.browser.test.ts');
const { sections } = modelStrings;

const key = (page: Page): Promise<string[]> => page.locator('.usage-key li').allInnerTexts();

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(absent)('the page of the models', { retry: 1, timeout: 90_000 }, () => {
  for (const { colorScheme, viewport } of [...looks, { colorScheme: 'light' as const, viewport: { width: 3840, height: 2160 } }]) {
    test(`${colorScheme} at ${viewport.width} px: everything is there and drawn, nothing sticks out, axe finds nothing serious`, async () => {
      const { page } = await open('trouble', { path: '/?page=models', wait: '.usage-key li', colorScheme, viewport });
      expect(await page.title()).toBe('Models · Emily');
      for (const name of ['lastHour', 'popularity', 'models', 'replicas'] as const) await page.getByRole('heading', { name: sections[name], exact: true }).waitFor();
      await page.waitForFunction(() => [...document.querySelectorAll<HTMLCanvasElement>('[data-chart] canvas')].some((canvas) => {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return pixels.some((value, at) => at % 4 === 3 && value === 255);
      }));
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await picture(page, `models-${colorScheme}-${viewport.width}`);
      await page.getByRole('button', { name: strings.tableOf(sections.popularity) }).click();
      await page.getByRole('region', { name: sections.popularity }).last().locator('tbody tr').first().waitFor();
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
    });
  }

  test('the last hour has its models by how much they are asked for, and how that was before', async () => {
    const { page } = await open('busy', { path: '/?page=models', wait: '.panel-last-hour tbody tr' });
    const rows = await page.locator('.panel-last-hour tbody tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
    const texts = rows.map((row) => row.join(' '));
    expect(texts[0]).toMatch(/9,600 .*7,680 .*\+25\.0%/);
    expect(texts[1]).toMatch(/4,800 .*6,000 .*−20\.0%/);
    expect(texts[2]).toMatch(/the same/);
    expect(texts.at(-1)).toMatch(/new/);
  });

  test('by key and letter, by link, and back: the pages are gone to, and begin at their titles', async () => {
    const { page } = await open();
    await page.keyboard.press('g');
    await page.keyboard.press('Shift+M');
    await page.locator('.usage-key li').first().waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('page-title');
    expect(await page.getByRole('link', { name: pageStrings.pages.models.title }).getAttribute('aria-current')).toBe('page');
    await page.getByRole('link', { name: pageStrings.pages.now.title }).click();
    await page.locator('.figures').waitFor();
    await page.goBack();
    await page.locator('.usage-key li').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText(strings.help.go(pageStrings.pages.models.title), { exact: true }).waitFor();
  });

  test('a question is in the address: a reload, a link and back restore it', async () => {
    const { page } = await open('busy', { path: '/?page=models', wait: '.usage-key li' });
    const form = page.getByRole('search', { name: usageStrings.form.label });
    expect(await key(page)).toHaveLength(4);
    await form.getByLabel(usageStrings.form.unit).selectOption('outputTokens');
    await form.getByLabel(usageStrings.form.group).selectOption('tenant');
    await form.getByLabel(usageStrings.form.model, { exact: true }).selectOption('qwen3-32b');
    await form.getByLabel(usageStrings.form.window, { exact: true }).selectOption('hour');
    await page.getByText(usageStrings.chart.title('output tokens', 'hour')).waitFor();
    await expect.poll(async () => (await key(page)).length).toBe(6);
    const asked = page.url();
    const answered = await key(page);
    expect(answered[0]).toContain('Aldermoor Legal');
    for (const part of ['unit=outputTokens', 'group=tenant', 'model=qwen3-32b', 'window=hour']) expect(asked).toContain(part);
    await page.reload();
    await expect.poll(async () => (await key(page)).map((text) => text.split(' ')[0])).toEqual(answered.map((text) => text.split(' ')[0]));
    expect(page.url()).toBe(asked);
    await page.goBack();
    await page.getByText(usageStrings.chart.title('output tokens', 'minute')).waitFor();
    await page.getByRole('button', { name: usageStrings.form.clear }).click();
    await page.getByText(usageStrings.chart.title('requests', 'minute')).waitFor();
    expect(new URL(page.url()).search).toBe('?page=models');
  });

  test('a stretch of time that is too long is not asked for, and says what to do', async () => {
    const { page } = await open('busy', { path: '/?page=models&from=2026-01-01T00:00Z', wait: '.usage-flaw' });
    expect(await page.getByRole('alert').innerText()).toContain('at most 1,440 are drawn: take a longer window, or less time.');
    await page.getByLabel(usageStrings.form.window, { exact: true }).selectOption('month');
    await page.locator('.usage-flaw').waitFor({ state: 'detached' });
  });

  test('the time cursor says what each model had, and the table leaves as CSV with all units', async () => {
    const { page } = await open('busy', { path: '/?page=models', wait: '.usage-key li' });
    const slider = page.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/: total [\d,]+, llama-3.3-70b [\d,]+, .*; final$/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: strings.csvOf(sections.popularity) }).click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    expect(lines[0]).toBe('\uFEFFFrom,To,Model,Requests,Input tokens,Cached input,Output tokens,Measured,Finality,Evidence');
    expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z,[^,]+,llama-3\.3-70b,\d+,\d+,0,\d+,here,final,proved$/);
    expect(lines.length).toBeGreaterThan(4 * 170);
  });

  test('a model that no replica is ready for stands out by its words', async () => {
    const { page } = await open('trouble', { path: '/?page=models', wait: '.usage-key li' });
    const row = page.locator('.panel-catalog tbody tr').filter({ hasText: 'mistral-small-24b' });
    expect(await row.innerText()).toContain(modelStrings.ready('1', '2'));
  });
});
