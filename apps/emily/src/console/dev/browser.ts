import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

/*
 * The Chromium that is installed, for tests that click. Nothing is downloaded: where there is none
 * such tests are skipped and say so, except in CI, where its absence is a failure.
 */
const usualPlaces: readonly string[] = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const quiet: readonly string[] = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export type InstalledBrowser = { readonly path: string } | { readonly absent: string };

/** Where Chromium is: the variable CHROMIUM, else the usual places. Where CI has none, an error. */
export function findChromium(): InstalledBrowser {
  const named = process.env.CHROMIUM;
  const path = [...(named === undefined ? [] : [named]), ...usualPlaces].find((place) => existsSync(place));
  if (path !== undefined) return { path };
  const absent = `no Chromium found in ${usualPlaces[0]} and the other usual places; install it (apt-get install chromium) or set CHROMIUM to its path`;
  if (process.env.CI === 'true') throw new Error(absent);
  return { absent };
}

export async function launchChromium(): Promise<Browser> {
  const found = findChromium();
  if ('absent' in found) throw new Error(found.absent);
  return chromium.launch({ executablePath: found.path, args: [...quiet] });
}

/** What the page complained about since now: console errors, uncaught errors, and breaches of the CSP. */
export async function collectComplaints(page: Page): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  await page.exposeFunction('reportBreach', (what: string) => complaints.push(`CSP: ${what}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (globalThis as unknown as { reportBreach: (what: string) => void }).reportBreach;
      report(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  return complaints;
}

/** What is wider than there is room for it, the page or a table in it, and by how much: nothing scrolls sideways at any width. */
export async function sticksOut(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const frames = [document.documentElement, ...document.querySelectorAll('.table-frame')];
    const wide = frames.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
    return wide.map((frame) => `${frame.ariaLabel ?? 'the page'}: ${frame.scrollWidth} px in ${frame.clientWidth}`);
  });
}

/** Which of the page's data colours the last 40 pixels of a PNG show. */
export const coloursAtFoot = (page: Page, png: Buffer): Promise<Record<string, boolean>> => page.evaluate(async (base64) => {
  const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], { type: 'image/png' }));
  const pen = new OffscreenCanvas(picture.width, 40).getContext('2d')!;
  pen.drawImage(picture, 0, 40 - picture.height);
  const { data } = pen.getImageData(0, 0, picture.width, 40);
  const seen = new Set<string>();
  for (let at = 0; at < data.length; at += 4) seen.add(`rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`);
  const probe = document.body.appendChild(document.createElement('span'));
  return Object.fromEntries(['requests', 'input', 'output'].map((name) => {
    probe.style.color = `var(--data-${name})`;
    return [name, seen.has(getComputedStyle(probe).color)];
  }));
}, png.toString('base64'));
