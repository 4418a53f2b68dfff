import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, ROOT } from '@drydock/testing';
import type { Browser, Page } from 'playwright-core';
import { startSystem, type System } from '../system/start-system.ts';
import { bashTask, publishScript } from '../system/tasks.ts';
import { seriousFindings, signIn, startBrowser, visit, type Looks, type Visitor } from './browser.ts';
import { tabTo, untilFocused } from './keyboard.ts';
import { PICTURES, takePicture } from './pictures.ts';

/** Every page in both themes and at the width of a phone: accessible, without a sideways scroll, to be looked at. */
let system: System;
let browser: Browser;
const ids = { fixed: '', failed: '', live: '' };

const COLORS = String.raw`
printf '\033[1mInstalling\033[0m packages\n'
for i in $(seq 1 400); do printf '\033[32m✓\033[0m test %s passes \033[2m(%s ms)\033[0m\n' "$i" "$((i % 17))"; done
printf '\033[38;5;231mwhite\033[0m \033[38;5;16mblack\033[0m \033[38;2;255;255;0;48;2;255;255;255mgold\033[0m '
printf '\033[30;42m PASS \033[0m \033[7;31m inverse \033[0m \033[2;32mdim\033[0m\n'
printf '\033[33mwarning\033[0m: one is slow\n\033[31;1mError:\033[0m expected 1999, got 1998\n' >&2`;

const publishShop = (): Promise<string> =>
  publishScript(system, 'acme-shop', `cp -r '${join(ROOT, 'examples', 'failing-test')}'/. .`);

const submitAll = async (): Promise<void> => {
  const { client } = system;
  const url = await publishShop();
  const labels = { project: 'shop', area: 'totals' };
  const fixed = await client.submit({
    source: { git: { url, ref: 'main' } },
    description: 'Round cart totals to whole cents\n\ntest/cart.test.js shows the totals that are wrong.',
    verify: ['npm test'],
    labels,
  });
  const failed = await client.submit(
    bashTask(url, `${COLORS}\nexit 3`, { description: 'Upgrade the test runner to the next version' }),
  );
  await Promise.all([client.wait(fixed.id), client.wait(failed.id)]);
  const live = await client.submit(
    bashTask(url, `${COLORS}\nsleep 600`, {
      description: 'Look for flaky tests',
      labels: { project: 'shop' },
    }),
  );
  await client.until(live.id, ({ phase }) => phase === 'agent');
  for (const description of ['Translate the error messages', 'Remove dead code from the cart'])
    await client.submit(bashTask(url, 'sleep 600', { description, notBefore: '2100-01-01T00:00:00Z' }));
  Object.assign(ids, { fixed: fixed.id, failed: failed.id, live: live.id });
};

beforeAll(async () => {
  const script = await readFile(join(ROOT, 'examples', 'trajectories', 'fix.yaml'), 'utf8');
  [system, browser] = await Promise.all([startSystem({ script }), startBrowser()]);
  await submitAll();
}, 180_000);

afterAll(async () => {
  await browser.close();
  await system.client.post(`/v1/tasks/${ids.live}/cancel`, {});
  await system.stop();
});

const text = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor();

const PAGES: readonly (readonly [
  name: string,
  path: () => string,
  ready: (page: Page) => Promise<unknown>,
])[] = [
  ['tasks', () => '/', (page) => text(page, 'Round cart totals')],
  ['task-live', () => `/tasks/${ids.live}`, (page) => text(page, 'expected 1999')],
  [
    'task-search',
    () => `/tasks/${ids.live}`,
    async (page) => {
      await page.getByLabel('Search the log').fill('passes');
      await page.locator('.log-found').getByText('1 of 400').waitFor();
    },
  ],
  ['task-failed', () => `/tasks/${ids.failed}`, (page) => text(page, 'expected 1999')],
  ['task-steps', () => `/tasks/${ids.fixed}/steps`, (page) => text(page, 'look at the repository')],
  ['task-diff', () => `/tasks/${ids.fixed}/diff`, (page) => page.locator('.syn-keyword').first().waitFor()],
  [
    'task-details',
    () => `/tasks/${ids.fixed}/details`,
    async (page) => {
      await text(page, 'result.json');
      await page.locator('.details').getByText('exit 0').waitFor();
    },
  ],
  [
    'task-prompts',
    () => `/tasks/${ids.fixed}/prompts`,
    async (page) => {
      await page.getByRole('button', { name: 'Show what was said' }).click();
      await text(page, 'system');
      await page
        .locator('.prompt-call summary')
        .first()
        .getByText(/in, .* out/)
        .waitFor();
    },
  ],
  ['new-task', () => '/new', (page) => page.getByRole('button', { name: 'Submit task' }).waitFor()],
  [
    'new-task-wrong',
    () => '/new',
    async (page) => {
      await page.getByText('More options').click();
      await page.getByRole('button', { name: 'Submit task' }).click();
      await page.getByRole('alert').getByText('Give the git URL').waitFor();
    },
  ],
  [
    'pull-request',
    () => `/tasks/${ids.fixed}`,
    async (page) => {
      await page.getByRole('button', { name: 'Open a pull request' }).click();
      await page.getByRole('dialog').getByLabel('Merge into').waitFor();
    },
  ],
  [
    'fleet',
    () => '/fleet',
    async (page) => {
      await page.locator('.worker').getByText('1 of 2 slots').waitFor();
      await page.locator('.worker').getByRole('link', { name: ids.live }).waitFor();
      await page.locator('.teams').getByText('1 running, 2 queued').waitFor();
      await page.getByRole('img', { name: /^2 tasks finished/ }).waitFor();
      await page.getByRole('img', { name: /^Median wait/ }).waitFor();
    },
  ],
  ['tasks-none', () => '/?search=nothing+like+it', (page) => text(page, 'No task fits these filters')],
  ['task-none', () => `/tasks/task_${'0'.repeat(26)}`, (page) => text(page, 'cannot be shown')],
  ['unknown', () => '/tasks/none', (page) => text(page, 'There is no such page')],
];

const OPEN_PAGES: readonly (readonly [name: string, path: string, ready: string])[] = [
  ['sign-in', '/', '#key'],
  ['errors', '/errors', 'h1'],
  ['error', '/errors/verify_command_failed', 'h1'],
  ['docs', '/docs', '.opblock-tag'],
];

const LOOKS: readonly (readonly [name: string, looks: Looks])[] = [
  ['light', { theme: 'light' }],
  ['dark', { theme: 'dark' }],
  ['phone', { theme: 'light', width: 390, height: 844 }],
  ['phone-dark', { theme: 'dark', width: 320, height: 640 }],
];

const expectFits = async (page: Page): Promise<void> => {
  const [wide, shown] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  expect({ wide: wide <= shown, by: wide - shown }).toMatchObject({ wide: true });
  const over = `[...document.querySelectorAll('.lines > li > *')]
    .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent)`;
  expect(await page.evaluate<string[]>(over)).toEqual([]);
  const tab = `document.querySelector('.tabs [aria-current]')?.getBoundingClientRect().right ?? 0`;
  expect(await page.evaluate<number>(tab)).toBeLessThanOrEqual(shown);
};

describe.each(LOOKS)('in the look %s', (look, looks) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await visit(browser, looks);
  });
  afterAll(() => visitor.context.close());

  const expectGood = async (name: string): Promise<void> => {
    const { page, complaints } = visitor;
    await takePicture(page, `${name}-${look}`);
    expect(await seriousFindings(page)).toEqual([]);
    await expectFits(page);
    expect(complaints).toEqual([]);
  };

  // The viewer is not ours, and large: once in each theme is enough.
  const open = OPEN_PAGES.filter(([name]) => name !== 'docs' || looks.width === undefined);
  it.each(open)('the page %s, which needs no key, can be used by everybody', async (name, path, ready) => {
    await visitor.page.goto(`${system.url}${path}`);
    await visitor.page.locator(ready).first().waitFor();
    await expectGood(name);
  });

  describe('behind the way in', () => {
    beforeAll(() => signIn(visitor.page, system));

    it.each(PAGES)('the page %s can be used by everybody', async (name, path, ready) => {
      await visitor.page.goto(`${system.url}${path()}`);
      await ready(visitor.page);
      await expectGood(name);
    });
  });
});

/** How much of the page jumped while it was read: 0 to 1, as browsers measure it. */
const SHIFT = `(() => {
  const observer = new PerformanceObserver(() => undefined);
  observer.observe({ type: 'layout-shift', buffered: true });
  return observer.takeRecords().reduce((sum, { value }) => sum + value, 0);
})()`;

describe('the keyboard', () => {
  it('reaches all of a task from the list, each stop is seen, and every page begins at its content', async () => {
    const { page, context } = await visit(browser);
    await page.goto(system.url);
    await untilFocused(page, 'key');
    await page.keyboard.type(system.apiKey);
    await page.keyboard.press('Enter');
    await text(page, 'Round cart totals');
    await untilFocused(page, 'main');
    await tabTo(page, 'Round cart totals');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Round cart totals' }).waitFor();
    await untilFocused(page, 'main');
    const title = 'Round cart totals to whole cents · changed · Drydock';
    await eventually(async () => (await page.title()) === title);
    await tabTo(page, 'Diff');
    await page.keyboard.press('Enter');
    await page.locator('.diff-row').first().waitFor();
    await tabTo(page, 'Unified');
    await page.keyboard.press('Space');
    await page.locator('.diff-row.diff-unified').first().waitFor();
    await page.reload();
    await page.locator('.diff-row').first().waitFor();
    expect(await page.evaluate<number>(SHIFT)).toBeLessThan(0.05);
    await tabTo(page, 'Skip to the content');
    await page.keyboard.press('Enter');
    await untilFocused(page, 'main');
    await context.close();
  });
});

it('would notice a page that not everybody can use', async () => {
  const { page, context } = await visit(browser);
  await page.goto(system.url);
  await page.getByLabel('API key').waitFor();
  await page.evaluate("document.querySelector('label[for=key]').remove()");
  await page.evaluate("document.querySelector('#key').removeAttribute('placeholder')");
  expect((await seriousFindings(page)).join()).toContain('label');
  await context.close();
});

it('leaves pictures to look at', () => {
  process.stderr.write(`screenshots: ${PICTURES}\n`);
});
