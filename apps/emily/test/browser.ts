import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { collectComplaints, findChromium, launchChromium } from '../src/console/dev/browser.ts';
import { buildPage } from '../src/console/dev/build-page.ts';

const START_MS_MAX = 120_000;

/** The built page of the console. */
export const builtPage: string = fileURLToPath(new URL('../dist/console', import.meta.url));

/** `complaint`: what the browser may complain about, because the test asks for it. */
export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly complaint?: string;
}

/** A real browser for the tests of one file. */
export interface Tabs {
  /** Where no Chromium is installed; where CI=true that is a failure. */
  readonly absent: boolean;
  /** A tab of its own. The test fails on a console error, anything uncaught and any breach of the policy. */
  newTab(look?: Look): Promise<Page>;
}

export function tabsFor(file: string): Tabs {
  const found = findChromium();
  const absent = 'absent' in found;
  if (absent) console.warn(`${file} is skipped: ${found.absent}`);
  let browser: Browser | undefined;

  beforeAll(async () => {
    if (absent) return;
    // `npm test` and `npm start` have built it.
    if (!existsSync(join(builtPage, 'index.html'))) await buildPage(builtPage);
    browser = await launchChromium();
  }, START_MS_MAX);
  afterAll(() => browser?.close());

  return {
    absent,
    async newTab({ colorScheme = 'light', width = 1440, complaint } = {}) {
      const context = await browser!.newContext({ viewport: { width, height: 900 }, reducedMotion: 'reduce', colorScheme });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const complaints = await collectComplaints(page);
      onTestFinished(() => expect(complaints.filter((one) => complaint === undefined || !one.includes(complaint))).toEqual([]));
      return page;
    },
  };
}
