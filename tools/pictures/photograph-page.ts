import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { System } from '../../e2e/system/start-system.ts';
import { signIn } from '../../e2e/web/browser.ts';
import { PICTURES } from './picture-files.ts';

const THEMES = ['light', 'dark'] as const;
const SIZE = { width: 1340, height: 640 };

export interface Photograph {
  readonly system: System;
  /** Of the page, without the theme. */
  readonly name: string;
  readonly path: string;
  /** What is there when the page is whole, as a CSS selector. */
  readonly ready: string;
}

/** Writes `<name>-light.png` and `<name>-dark.png` of a page, as somebody sees it who has signed in. */
export const photographPage = async (
  browser: Browser,
  { system, name, path, ready }: Photograph,
): Promise<void> => {
  for (const colorScheme of THEMES) {
    const context = await browser.newContext({
      viewport: SIZE,
      colorScheme,
      reducedMotion: 'reduce',
      deviceScaleFactor: 1.5,
    });
    const page = await context.newPage();
    await signIn(page, system, path);
    await page.locator(ready).first().waitFor();
    await page.evaluate('document.fonts.ready.then(() => true)');
    await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) });
    await context.close();
  }
};
