import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { buildPage } from './build-page.ts';
import { type Fixture, type FixtureOptions, startFixture } from './fixture-server.ts';
import type { Scenario } from './fixture-world.ts';
import { type Look, tabsFor } from './tabs.ts';

/** How often the fixture goes on, unless told otherwise. */
export const TICK_MS = 200;

export interface Open {
  readonly page: Page;
  readonly fixture: Fixture;
}

type How = Look & { readonly path?: string; readonly signedIn?: boolean; /** What is there once the page is. */ readonly wait?: string; readonly tick?: Pick<FixtureOptions, 'tickEveryMs' | 'stepMs'> };

/** The page Now for the tests of one file: built once, and served to each test by a fixture of its own. */
export interface NowPages {
  /** Where no Chromium is installed. */
  readonly absent: boolean;
  /** The page as it is in a scenario, in a tab of its own. */
  open(scenario?: Scenario, how?: How): Promise<Open>;
  /** The folder that the page was built into. */
  folder(): string;
}

export function nowPages(file: string): NowPages {
  const tabs = tabsFor(file);
  let folder = '';

  beforeAll(async () => {
    if (tabs.absent) return;
    folder = await mkdtemp(join(tmpdir(), 'emily-console-'));
    await buildPage(folder);
  });
  afterAll(async () => {
    if (folder !== '') await rm(folder, { recursive: true });
  });

  return {
    absent: tabs.absent,
    folder: () => folder,
    async open(scenario = 'busy', { path = '/', signedIn = true, wait = '.figures', tick = { tickEveryMs: TICK_MS }, ...look } = {}) {
      const fixture = await startFixture({ page: folder, scenario, ...tick });
      onTestFinished(() => fixture.stop());
      if (!signedIn) fixture.signOut();
      // A 401 is what these tests ask for; Chromium reports every one of them in the console.
      const page = await tabs.newTab({ complaint: 'status of 401', permissions: ['clipboard-read', 'clipboard-write'], ...look });
      await page.goto(fixture.address + path);
      if (signedIn) await page.locator(wait).first().waitFor();
      return { page, fixture };
    },
  };
}
