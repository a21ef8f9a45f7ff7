import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmily, type Emily } from '../src/app/emily.ts';
import { looks, seriousFindings } from '../src/console/dev/axe.ts';
import { sticksOut } from '../src/console/dev/browser.ts';
import { tabsFor } from '../src/console/dev/tabs.ts';
import { accountStrings } from '../src/console/strings-of-account.ts';
import { strings } from '../src/console/strings.ts';
import { builtPage } from './built-page.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * A user signs in by a link, sets a password, leaves, and comes back by it: the real Emily and a real browser.
 *
 * SCREENSHOTS=FOLDER keeps the pictures.
 */

const TIMEOUT_MS = 120_000;
const password = 'correct horse battery';
const say = accountStrings;

const tabs = tabsFor('sign-in.browser.test.ts');

async function started(): Promise<Emily> {
  const emily = await startEmily({ store: await temporaryFolder(), host: '127.0.0.1', port: 0, zone: 'Europe/Berlin', mode: 'serve', seed: 1, page: await builtPage(), replicasPerModel: 1, report: () => {} });
  onTestFinished(() => emily.stop());
  return emily;
}

/** The link of a new auditor, who sees how Emily runs. */
async function linkOf({ address, demo }: Emily): Promise<string> {
  const headers = { authorization: `Bearer ${demo.adminKey}`, 'content-type': 'application/json' };
  const made = await fetch(new URL('/v1/users', address), { method: 'POST', headers, body: JSON.stringify({ name: 'ann@house.example', role: 'auditor' }) });
  const { link } = (await made.json()) as { readonly link: { readonly path: string } };
  return new URL(link.path, address).href;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(process.env['SCREENSHOTS'] ?? (await temporaryFolder()), `${name}.png`) });
}

/** A page of somebody else that signs whoever opens it out of Emily, if Emily lets it. */
async function otherPage(host: string, target: string): Promise<string> {
  const script = `fetch(${JSON.stringify(target)}, { method: 'POST', credentials: 'include', mode: 'no-cors' }).catch(() => {}).finally(() => document.forms[0].submit())`;
  const text = `<!doctype html><title>Prizes</title><form method="post" enctype="text/plain" action="${target}"><input name='{"a":"' value='"}'></form><script>${script}</script>`;
  const server = createServer((_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(text)).listen(0);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://${host}:${(server.address() as AddressInfo).port}/`;
}

const account = (page: Page) => page.getByTitle(say.open);
const signedOut = (page: Page): Promise<void> => page.getByRole('heading', { name: strings.signIn.title }).waitFor();

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(tabs.absent)('signing in', { retry: 1, timeout: TIMEOUT_MS }, () => {
  test('by a link, then by a password, with the keyboard alone; a wrong one says so, and signs nobody in', async () => {
    const emily = await started();
    const page = await tabs.newTab({ complaint: '401 (Unauthorized)' });
    await page.goto(await linkOf(emily));
    await account(page).focus();
    await page.keyboard.press('Enter');
    await page.getByText('ann@house.example · auditor').waitFor();
    await picture(page, 'account');
    await page.getByLabel(say.next).focus();
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByText(say.done).waitFor();
    await page.getByRole('button', { name: say.signOut }).press('Enter');
    await signedOut(page);

    const enter = async (typed: string): Promise<void> => {
      await page.getByLabel(say.form.name).fill('ann@house.example');
      await page.getByLabel(say.form.password).fill(typed);
      await Promise.all([page.waitForResponse('**/console/sign-in'), page.keyboard.press('Enter')]);
      await page.getByRole('button', { name: say.form.submit, disabled: false }).or(page.locator('.figures')).first().waitFor();
    };
    await enter('a wrong password');
    await page.getByRole('alert').getByText('There is nobody of that name with that password there.').waitFor();
    expect((await page.context().cookies()).map(({ value }) => value).join('')).toBe('');
    await page.getByLabel(say.form.tenant).fill('northwind');
    await enter(password);
    await page.getByRole('alert').waitFor();
    await page.getByLabel(say.form.tenant).fill('');
    await enter(password);
    await page.locator('.figures').waitFor();

    // Who came by a password says it once more to change it.
    await account(page).click();
    await page.getByLabel(say.current).fill('a wrong password');
    await page.getByLabel(say.next).fill('another long password');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('There is nobody of that name with that password there.').waitFor();
    await page.getByLabel(say.current).fill(password);
    await page.keyboard.press('Enter');
    await page.getByText(say.done).waitFor();
  });

  test.each(['127.0.0.1', 'localhost'])('a page of another address at %s does nothing with the session, by script or by form', async (host) => {
    const emily = await started();
    const page = await tabs.newTab();
    await page.goto(await linkOf(emily));
    await page.locator('.figures').waitFor();
    const [{ name = '', value = '' } = {}] = await page.context().cookies();
    const cookie = { cookie: `${name}=${value}` };
    const acts = async (): Promise<unknown> => ((await (await fetch(new URL('/v1/audit', emily.address), { headers: cookie })).json()) as { readonly head: unknown }).head;
    const before = await acts();
    const asked: string[] = [];
    emily.address.pathname = '/console/sign-out';
    const other = await otherPage(host, emily.address.href);
    const bad = await page.context().newPage();
    bad.on('response', (response) => void asked.push(`${response.request().method()} ${response.status()}`));
    await bad.goto(other);
    // The script's question first, then the form's, which takes the page there.
    await bad.waitForURL(emily.address.href);
    expect(asked.filter((one) => one.startsWith('POST')).length).toBeGreaterThan(0);
    expect(asked.filter((one) => one.startsWith('POST') && !/ (401|415)$/.test(one))).toEqual([]);
    expect(await acts()).toEqual(before);
  });

  test.each(looks)('both are for everybody: %j', async (look) => {
    const emily = await started();
    const name = `${look.colorScheme}-${look.viewport.width}`;
    const stranger = await tabs.newTab({ ...look, complaint: '401 (Unauthorized)' });
    await stranger.goto(emily.address.href);
    await signedOut(stranger);
    await stranger.getByLabel(say.form.name).fill('ann');
    await stranger.getByLabel(say.form.password).fill('a wrong password');
    await stranger.keyboard.press('Enter');
    await stranger.getByRole('alert').getByText('There is nobody').waitFor();
    await picture(stranger, `sign-in-${name}`);
    expect([await seriousFindings(stranger), await sticksOut(stranger)]).toEqual([[], []]);
    const page = await tabs.newTab(look);
    await page.goto(await linkOf(emily));
    await account(page).click();
    await page.getByLabel(say.next).waitFor();
    await picture(page, `account-${name}`);
    expect([await seriousFindings(page), await sticksOut(page)]).toEqual([[], []]);
  });
});
