import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** A picture of the whole page as SCREENSHOTS/NAME.png; none where SCREENSHOTS names no folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined) return;
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
