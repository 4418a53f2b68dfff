import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startSystem, type System } from '../system/start-system.ts';
import { startBrowser, visit } from './browser.ts';

/** The API document in a real browser: everything from our own origin, and its requests work with a key. */
let system: System;
let browser: Browser;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ workers: 0 }), startBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await system.stop();
});

describe('/docs', () => {
  it('shows every tag, and tries a route with the key that was typed in', async () => {
    const { page, context, complaints } = await visit(browser);
    const origins = new Set<string>();
    page.on('request', (request) =>
      origins.add(new URL(request.url()).protocol + new URL(request.url()).host),
    );
    await page.goto(`${system.url}/docs`);
    await page.locator('.opblock-tag', { hasText: 'Webhooks' }).waitFor();
    await page.locator('.btn.authorize').click();
    await page.locator('.auth-container input').first().fill(system.apiKey);
    await page.locator('.auth-container .authorize').first().click();
    await page.locator('.btn-done').first().click();
    await page.locator('#operations-Teams-listTeams .opblock-summary-control').click();
    await page.locator('#operations-Teams-listTeams .execute').click();
    const status = page
      .locator('#operations-Teams-listTeams .live-responses-table .response-col_status')
      .last();
    await status.waitFor();
    expect((await status.innerText()).trim()).toMatch(/^200/);
    expect(complaints).toEqual([]);
    const own = new URL(system.url);
    expect(
      [...origins].filter((origin) => origin !== `${own.protocol}${own.host}` && !origin.startsWith('data:')),
    ).toEqual([]);
    expect(
      await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage, document.cookie])'),
    ).not.toContain(system.apiKey);
    await context.close();
  });

  it('says what to do about an error where the problem points to', async () => {
    const { page, context, complaints } = await visit(browser, { theme: 'dark' });
    const problem = (await (await fetch(`${system.url}/v1/tasks`)).json()) as { type: string };
    await page.goto(new URL(problem.type, system.url).href);
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'What happened',
      'What to do',
    ]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
