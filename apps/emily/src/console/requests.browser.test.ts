import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { looks, seriousFindings } from './dev/axe.ts';
import { sticksOut } from './dev/browser.ts';
import { HOSTILE_NAME } from './dev/fixture-world.ts';
import { nowPages } from './dev/now-pages.ts';
import { picture } from './dev/picture.ts';
import { pageStrings } from './strings-of-pages.ts';
import { requestStrings } from './strings-of-requests.ts';
import { strings } from './strings.ts';

/*
 * The page of the requests, over a fixture's world. SCREENSHOTS=FOLDER keeps the pictures.
 */
const { absent, open } = nowPages('requests.browser.test.ts');
const { sections, filter } = requestStrings;
const first = { path: '/?page=requests', wait: '.panel-list tbody tr' };

const rows = (page: Page) => page.locator('.panel-list tbody tr');
const outcomes = (page: Page): Promise<string[]> => page.locator('.panel-list .request-outcome').allInnerTexts();

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(absent)('the page of the requests', { retry: 1, timeout: 90_000 }, () => {
  for (const { colorScheme, viewport } of [...looks, ...[768, 1024, 3840].map((width) => ({ colorScheme: 'light' as const, viewport: { width, height: 900 } }))]) {
    test(`${colorScheme} at ${viewport.width} px: the list and one request, nothing sticks out, axe finds nothing serious`, async () => {
      const { page } = await open('busy', { ...first, colorScheme, viewport });
      expect(await page.title()).toBe('Requests · Emily');
      await page.getByRole('button', { name: requestStrings.pause }).click();
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await picture(page, `requests-${colorScheme}-${viewport.width}`);
      await rows(page).filter({ hasText: 'completed' }).first().getByRole('link').click();
      await page.locator('.request-places li').first().waitFor();
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await picture(page, `request-${colorScheme}-${viewport.width}`);
    });
  }

  test('by key and letter; the newest come on top by themselves, until the reader lets them stand still', async () => {
    const { page } = await open();
    await page.keyboard.press('g');
    await page.keyboard.press('Shift+R');
    await rows(page).first().waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('page-title');
    expect(await page.getByRole('link', { name: pageStrings.pages.requests.title, exact: true }).getAttribute('aria-current')).toBe('page');
    const newest = (): Promise<string | null> => rows(page).first().getByRole('link').getAttribute('title');
    const before = await newest();
    await expect.poll(newest, { timeout: 5_000 }).not.toBe(before);
    await page.getByRole('button', { name: requestStrings.pause }).click();
    const still = await newest();
    await page.waitForTimeout(2_500);
    expect(await newest()).toBe(still);
    await page.getByRole('button', { name: requestStrings.resume }).click();
    await expect.poll(newest, { timeout: 5_000 }).not.toBe(still);
  });

  test('filters stand in the address: a reload and back keep them, and another question ends a pause', async () => {
    const { page } = await open('busy', first);
    const form = page.getByRole('search', { name: filter.label });
    await page.getByRole('button', { name: requestStrings.pause }).click();
    await form.getByLabel(filter.outcome).selectOption('refused');
    await expect.poll(async () => new Set(await outcomes(page))).toEqual(new Set([`${requestStrings.refused('429')} too_many_open_calls`]));
    await page.getByRole('button', { name: requestStrings.pause }).waitFor();
    await form.getByLabel(filter.tenant).selectOption('ten_cassini');
    await expect.poll(async () => new Set(await rows(page).locator('td:nth-of-type(2)').allInnerTexts())).toEqual(new Set(['Cassini Robotics']));
    const asked = new URL(page.url());
    expect(Object.fromEntries(asked.searchParams)).toEqual({ page: 'requests', tenant: 'ten_cassini', outcome: 'refused' });
    await page.reload();
    await expect.poll(async () => new Set(await outcomes(page))).toEqual(new Set([`${requestStrings.refused('429')} too_many_open_calls`]));
    expect(page.url()).toBe(asked.href);
    await page.goBack();
    await expect.poll(() => form.getByLabel(filter.tenant).inputValue()).toBe('');
    await form.getByLabel(filter.user).fill('nobody at all');
    await page.getByText(requestStrings.noneSo).waitFor();
    await page.getByRole('button', { name: filter.clear }).click();
    await rows(page).first().waitFor();
    expect(new URL(page.url()).search).toBe('?page=requests');
  });

  test('a request opens with its facts, its price and where it is counted; the link to it does the same, and back closes it', async () => {
    const { page } = await open('busy', first);
    await page.getByRole('button', { name: requestStrings.pause }).click();
    const row = rows(page).filter({ hasText: 'completed' }).first();
    const id = await row.getByRole('link').getAttribute('title');
    await row.getByRole('link').focus();
    await page.keyboard.press('Enter');
    const panel = page.locator('.panel-request');
    await panel.locator('.request-places li').first().waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'request-title');
    const text = await panel.innerText();
    for (const part of [id!, '€0.0125', requestStrings.one.why.charged, requestStrings.one.provenances['engine-final'], 'gateway-1, epoch 3, number 1,000', 'idempotency key order-7', 'holds back €0.0125 of monthly (2026-11)', 'on the line 1,203 × €0.0125 = €15.04']) expect(text).toContain(part);
    expect(new URL(page.url()).searchParams.get('request')).toBe(id);
    await page.reload();
    await panel.locator('.request-places li').first().waitFor();
    await page.goBack();
    await panel.waitFor({ state: 'detached' });
    await page.goForward();
    await panel.locator('.request-places li').first().waitFor();
    await panel.getByRole('button', { name: requestStrings.one.close }).click();
    await panel.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('list-title');
  });

  test('what is free says why', async () => {
    const { page } = await open('busy', { ...first, path: '/?page=requests&outcome=refused' });
    await rows(page).first().getByRole('link').click();
    const panel = page.locator('.panel-request');
    await panel.getByText(requestStrings.one.why.refused).waitFor();
    expect(await panel.innerText()).toContain(requestStrings.one.nowhere);
  });

  test('/ goes to the search; an id that nobody knows says so', async () => {
    const { page } = await open('busy', { ...first, complaint: 'status of 404' });
    await page.keyboard.press('/');
    await page.keyboard.type('req_nobody');
    await page.keyboard.press('Enter');
    await page.locator('.panel-request').getByRole('status').getByText(/There is no request 'req_nobody'/).waitFor();
  });

  test('the list leaves as CSV with what the page leaves out; a hostile name is text in both', async () => {
    const { page } = await open('busy', { ...first, path: '/?page=requests&tenant=ten_hostile' });
    expect(await rows(page).first().innerText()).toContain(HOSTILE_NAME);
    await page.getByRole('button', { name: requestStrings.pause }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: strings.csvOf(sections.list) }).click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    expect(lines[0]).toBe('\uFEFFRequest,Admitted,Tenant,Tenant id,Model,User,Key,Outcome,Status,Code,Input,Cached input,Output,Units from,Replica,"First token, ms","Total, ms","Amount, EUR",Written off');
    expect(lines[1]).toMatch(/^req_[0-9a-f]{32},\d{4}-\d\d-\d\dT[\d:.]+Z,"<img src=x onerror=""document.title='owned'"">",ten_hostile,/);
    expect(lines).toHaveLength(1 + await page.locator('.request-count').innerText().then((text) => Number(/^\d+/.exec(text)?.[0])));
  });

  test('before the first request it says what to do', async () => {
    const { page } = await open('empty', { path: '/?page=requests', wait: '.panel-list .table-empty' });
    await page.getByText(requestStrings.none).waitFor();
  });
});
