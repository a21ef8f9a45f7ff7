import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { collectComplaints, findChromium, launchChromium } from './browser.ts';

/** `complaint`: what the browser may complain about, because the test asks for it. */
export type Look = BrowserContextOptions & { readonly complaint?: string };

/** A real browser for the tests of one file. */
export interface Tabs {
  /** Where no Chromium is installed; where CI=true that is a failure. */
  readonly absent: boolean;
  /** A tab of its own, 1440 px wide. The test fails on a console error, anything uncaught and any breach of the policy. */
  newTab(look?: Look): Promise<Page>;
}

export function tabsFor(file: string): Tabs {
  const found = findChromium();
  const absent = 'absent' in found;
  if (absent) console.warn(`${file} is skipped: ${found.absent}`);
  let browser: Browser | undefined;

  beforeAll(async () => {
    if (!absent) browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  return {
    absent,
    async newTab({ complaint, ...look } = {}) {
      if (browser === undefined) throw new Error('the browser is started in beforeAll');
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...look });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const complaints = await collectComplaints(page);
      onTestFinished(() => expect(complaints.filter((one) => complaint === undefined || !one.includes(complaint))).toEqual([]));
      return page;
    },
  };
}
