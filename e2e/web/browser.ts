import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@drydock/testing';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findBrowser } from '../../tools/setup/browser.mjs';
import type { System } from '../system/start-system.ts';

/** A person in front of a browser: one window, and all that went wrong in it. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts and refusals of the content security policy, as the console has them. */
  readonly complaints: string[];
}

export interface Looks {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** Debian's Chromium, which set-up installs for the tests. */
export const startBrowser = (): Promise<Browser> => {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error('There is no Chromium: run `npm test`, which installs it.');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
};

const BROKEN = /content security policy|trusted ?type|refused to/i;

/** A window of its own, with nothing stored. */
export const visit = async (browser: Browser, looks: Looks = {}): Promise<Visitor> => {
  const { theme = 'light', width = 1280, height = 800 } = looks;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && BROKEN.test(message.text())) complaints.push(message.text());
  });
  return { page, context, complaints };
};

/** Opens an address of the system and signs in there, as a person does. */
export const signIn = async (page: Page, system: System, path = '/'): Promise<void> => {
  await page.goto(`${system.url}${path}`);
  await page.getByLabel('API key').fill(system.apiKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
};

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const axe = readFileSync(join(ROOT, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds serious or critical on the page as it is, in words. */
export const seriousFindings = async (page: Page): Promise<string[]> => {
  // Through the debugger: the page's own policy would refuse it.
  await page.evaluate(axe);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations)`;
  const findings = await page.evaluate<readonly Finding[]>(run);
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.failureSummary ?? node.html).join(' | ')}`);
};
