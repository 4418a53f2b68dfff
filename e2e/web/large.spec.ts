import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import type { Browser, Page } from 'playwright-core';
import { startSystem, type System } from '../system/start-system.ts';
import { signIn, startBrowser, visit, type Visitor } from './browser.ts';
import { ID, LINES, patchText, tellLargeTask } from './large-task.ts';

/** Far above what a frame takes: on a machine with much else to do the browser itself has to wait for seconds. */
const MAX_PAUSE_MS = 10_000;
const MAX_ELEMENTS = 3_000;

let system: System;
let browser: Browser;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ workers: 0 }), startBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await system.stop();
});

/** Signed in, with an eye on the longest time between two frames. */
const open = async (path: string): Promise<Visitor> => {
  const visitor = await visit(browser);
  await tellLargeTask(visitor.page);
  await signIn(visitor.page, system);
  await visitor.page.evaluate(`{
    window.longestFrame = 0;
    let last = performance.now();
    const next = () => {
      const now = performance.now();
      window.longestFrame = Math.max(window.longestFrame, now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    history.pushState(null, '', '${path}');
    dispatchEvent(new Event('popstate'));
  }`);
  return visitor;
};

const expectSmooth = async ({ page, complaints }: Visitor): Promise<void> => {
  const [longest, elements] = await page.evaluate<[number, number]>(
    '[window.longestFrame, document.querySelectorAll("*").length]',
  );
  expect(longest).toBeLessThan(MAX_PAUSE_MS);
  expect(elements).toBeLessThan(MAX_ELEMENTS);
  expect(complaints).toEqual([]);
};

const scrollThrough = async (page: Page, selector: string): Promise<void> => {
  for (let i = 0; i <= 20; i++)
    await page.evaluate(`new Promise((resolve) => {
      const box = document.querySelector('${selector}');
      box.scrollTop = (box.scrollHeight * ${String(i)}) / 20;
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    })`);
};

describe('a log of 100,000 lines', () => {
  it('is read, searched and scrolled without freezing the page', async () => {
    const visitor = await open(`/tasks/${ID}`);
    const { page } = visitor;
    const log = page.getByRole('region', { name: 'Lines of the log' });
    await log.getByText(`${String(LINES)} of a log`).waitFor();
    await scrollThrough(page, '.log-window');
    await page.getByLabel('Search the log').fill('line 77777 of');
    await log.locator('.is-found').waitFor();
    expect(await log.locator('.is-found').textContent()).toContain('line 77777 of a log');
    await eventually(async () => (await page.locator('.log-found').textContent()) === '1 of 1');
    await expectSmooth(visitor);
  });
});

describe('a patch of 5,000 files and 10 MB', () => {
  it('is shown, searched for a file and scrolled in both layouts without freezing the page', async () => {
    expect(patchText().length).toBeGreaterThan(10_000_000);
    const visitor = await open(`/tasks/${ID}/diff`);
    const { page } = visitor;
    await page.locator('.diff-count').getByText('5,001 files').waitFor();
    await scrollThrough(page, '.diff-window');
    await page.getByLabel('Find a file').fill('file-4321');
    await page.getByRole('navigation', { name: 'Files of the patch' }).getByText('file-4321.js').click();
    await page.locator('.diff-row').getByText('value4321').first().waitFor();
    await page.getByRole('button', { name: 'Unified' }).click();
    await scrollThrough(page, '.diff-window');
    await page.locator('.diff-heading').first().getByRole('button').click();
    await expectSmooth(visitor);
  });
});
