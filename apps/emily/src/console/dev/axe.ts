import axe from 'axe-core';
import type { Page } from 'playwright-core';

type Finding = { readonly id: string; readonly impact?: string | null; readonly nodes: readonly { readonly html: string }[] };

/** What keeps people from using the page as it stands, by axe's rules: serious and critical findings, each with its first element. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // By the browser's own protocol: the page's policy lets no script of ours in, and it stays as it is.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: { run: () => Promise<{ violations: Finding[] }> } }).axe;
    return (await runner.run()).violations;
  });
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).slice(0, 3).join(' ')}`);
}

type Look = { readonly colorScheme: 'light' | 'dark'; readonly viewport: { readonly width: number; readonly height: number } };

/** All four ways in which a page is looked at. */
export const looks: readonly Look[] = ([['light', 1440], ['dark', 1440], ['light', 375], ['dark', 375]] as const).map(([colorScheme, width]) => ({ colorScheme, viewport: { width, height: 900 } }));
