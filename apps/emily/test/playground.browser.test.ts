import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from '../src/console/dev/axe.ts';
import { sticksOut } from '../src/console/dev/browser.ts';
import { picture } from '../src/console/dev/picture.ts';
import { tabsFor } from '../src/console/dev/tabs.ts';
import { pageStrings } from '../src/console/strings-of-pages.ts';
import { playgroundStrings } from '../src/console/strings-of-playground.ts';
import { builtPage } from './built-page.ts';
import { customerHouse, type CustomerHouse, widths } from './customer-house.ts';

/*
 * The playground over the real Emily and its simulated replicas: answers stream, stop on request, and say what they cost.
 * SCREENSHOTS=FOLDER keeps the pictures.
 */
const TIMEOUT_MS = 120_000;
const tabs = tabsFor('playground.browser.test.ts');
const say = playgroundStrings;

const turn = (page: Page, at: number) => page.getByRole('article').nth(at);
const words = (page: Page, at: number): Promise<string> => turn(page, at).locator('.turn-words').last().innerText();

async function makeKey(page: Page): Promise<void> {
  await page.getByRole('button', { name: say.key.make }).click();
  await page.getByText(say.key.made).waitFor();
}

async function askFor(page: Page, prompt: string, most: number): Promise<void> {
  await page.getByLabel(say.ask.most).fill(String(most));
  await page.getByLabel(say.ask.prompt).fill(prompt);
  await page.getByLabel(say.ask.prompt).press('Enter');
}

type Told = { readonly request: { readonly tenant: string; readonly outcome: string; readonly amount: string; readonly units: { readonly outputTokens: number; readonly inputTokens: number } } };

/** What the log says of the request of an answer. */
async function logged(house: CustomerHouse, page: Page, at: number): Promise<Told['request']> {
  const id = /request (\S+)/.exec(await turn(page, at).locator('.turn-request').innerText())?.[1];
  return ((await (await house.operator('GET', `/v1/requests/${id}`)).json()) as Told).request;
}

// Skipped where no Chromium is installed; where CI=true that is a failure (findChromium).
describe.skipIf(tabs.absent)('the playground', { retry: 1, timeout: TIMEOUT_MS }, () => {
  beforeAll(async () => void (await builtPage()), TIMEOUT_MS);

  test('an answer streams, and says its tokens and its price as the log has them', async () => {
    const house = await customerHouse(tabs);
    const page = await house.as('admin', '/?page=playground');
    await makeKey(page);
    await askFor(page, 'how deep is the mill pond', 40);
    // It comes in parts: a part of it is seen while the rest is under way.
    await page.waitForFunction(() => {
      const article = document.querySelector('article[aria-busy=true]');
      return (article?.querySelectorAll('.turn-words')[1]?.textContent ?? '').split(' ').length > 3;
    });
    await turn(page, 0).getByText('€0.01').waitFor();
    const told = await logged(house, page, 0);
    expect(told).toMatchObject({ tenant: house.tenants[0], outcome: 'completed', amount: '0.01', units: { outputTokens: 40 } });
    const cost = await turn(page, 0).locator('.turn-cost').innerText();
    for (const part of [say.outcomes.completed, say.tokens(String(told.units.inputTokens), '0', '40'), say.provenance['engine-final']]) expect(cost).toContain(part);
    // The next one is asked with what was said before.
    await askFor(page, 'and how wide', 3);
    await turn(page, 1).getByText('€0.01').waitFor();
    expect((await logged(house, page, 1)).units.inputTokens).toBeGreaterThan(told.units.inputTokens);
    await page.getByRole('button', { name: say.ask.anew }).click();
    await page.getByText(say.none).waitFor();
  });

  test('an answer stops on request: the engine stops too, and what was written costs what the log says', async () => {
    const house = await customerHouse(tabs);
    const page = await house.as('admin', '/?page=playground');
    await makeKey(page);
    await askFor(page, 'tell me everything', 4_000);
    await expect.poll(async () => (await words(page, 0)).split(' ').length).toBeGreaterThan(5);
    await page.getByRole('button', { name: say.ask.stop }).click();
    await turn(page, 0).locator('.turn-cost').getByText(say.outcomes.cancelled, { exact: true }).waitFor();
    const told = await logged(house, page, 0);
    expect(told.outcome).toBe('cancelled');
    expect(told.units.outputTokens).toBeGreaterThan(0);
    expect(told.units.outputTokens).toBeLessThan(4_000);
    await turn(page, 0).getByText(`€${told.amount}`).waitFor();
    const stopped = await words(page, 0);
    await askFor(page, 'again', 2);
    await turn(page, 1).getByText('€0.01').waitFor();
    expect(await words(page, 0)).toBe(stopped);
  });

  test('a developer asks with a key of the own; without one, or with a wrong one, it says so, and the session stays', async () => {
    const house = await customerHouse(tabs);
    const page = await house.as('developer', '/?page=playground', { complaint: 'status of 401' });
    expect(await page.getByRole('button', { name: say.key.make }).count()).toBe(0);
    await askFor(page, 'hello', 2);
    await page.getByRole('alert').getByText(say.ask.lacking).waitFor();
    await page.getByLabel(say.key.label).fill('em_wrong');
    await askFor(page, 'hello', 2);
    await turn(page, 0).getByRole('alert').getByText(/^No answer: HTTP 401/).waitFor();
    await page.getByLabel(say.key.label).fill(house.emily.demo.keys.get(house.tenants[0])!);
    await askFor(page, 'hello', 2);
    await turn(page, 1).getByText('€0.01').waitFor();
    expect(await page.locator('h1').innerText()).toContain('Playground');
  });

  test('the operator asks for the tenant that is chosen, which pays; the request opens to its facts', async () => {
    const house = await customerHouse(tabs);
    const page = await house.as('operator', '/?page=playground');
    await page.getByText(say.choose).waitFor();
    await page.getByLabel(pageStrings.tenant, { exact: true }).selectOption(house.tenants[1]);
    await makeKey(page);
    await askFor(page, 'hello', 2);
    await turn(page, 0).getByText('€0.01').waitFor();
    expect((await logged(house, page, 0)).tenant).toBe(house.tenants[1]);
    await turn(page, 0).getByRole('link').click();
    await page.locator('.panel-request').waitFor();
  });

  test('in each look nothing sticks out, and axe finds nothing serious', async () => {
    const house = await customerHouse(tabs);
    for (const look of widths) {
      const page = await house.as('admin', '/?page=playground', look);
      await makeKey(page);
      await askFor(page, 'how deep is the mill pond, and what is the longest word without any break: Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft', 30);
      await turn(page, 0).getByText('€0.01').waitFor();
      expect(await sticksOut(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await picture(page, `playground-${look.colorScheme}-${look.viewport?.width}`);
      await page.context().close();
    }
  });
});
