import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '@drydock/testing';
import type { Page } from 'playwright-core';

/** Where every page is to be looked at; not part of the repository. */
export const PICTURES = join(ROOT, '.data', 'screenshots');

/** Draws what is further down, too: a browser leaves that for when it is scrolled to. */
const DRAW_ALL = `new Promise((resolve) => {
  for (const step of document.querySelectorAll('.step')) step.style.contentVisibility = 'visible';
  requestAnimationFrame(() => requestAnimationFrame(resolve));
})`;

/** Writes `<name>.png` there. */
export const takePicture = async (page: Page, name: string): Promise<void> => {
  await mkdir(PICTURES, { recursive: true });
  await page.evaluate('document.fonts.ready.then(() => true)');
  await page.evaluate(DRAW_ALL);
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
};
