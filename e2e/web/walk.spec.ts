import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, ROOT } from '@drydock/testing';
import type { Browser, Page } from 'playwright-core';
import { openShop, shopTask, type Shop } from '../github/shop.ts';
import { AppProcess } from '../system/app-process.ts';
import { bash, zipFolder } from '../system/repositories.ts';
import { bashTask } from '../system/tasks.ts';
import { signIn, startBrowser, visit, type Visitor } from './browser.ts';

/** What people do on the pages, from end to end: the browser, the api, the worker and the code host are real. */
let shop: Shop;
let browser: Browser;
let scratch: string;
let visitor: Visitor;
let revived: AppProcess | undefined;

beforeAll(async () => {
  const script = await readFile(join(ROOT, 'examples', 'trajectories', 'fix.yaml'), 'utf8');
  scratch = await mkdtemp(join(tmpdir(), 'drydock-web-'));
  await bash(scratch, `cp -r '${join(ROOT, 'examples', 'failing-test')}' shop`);
  [shop, browser] = await Promise.all([openShop('token', { script }), startBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await revived?.stop();
  await shop.close();
  await rm(scratch, { recursive: true, force: true });
});

beforeEach(async () => {
  visitor = await visit(browser);
});
afterEach(async () => {
  await visitor.context.close();
  expect(visitor.complaints).toEqual([]);
});

/** As from a file manager. */
const drop = (page: Page, name: string, bytes: Buffer): Promise<void> =>
  page.evaluate(`{
    const files = new DataTransfer();
    const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (letter) => letter.charCodeAt(0));
    files.items.add(new File([bytes], '${name}', { type: 'application/zip' }));
    const place = document.querySelector('.drop');
    for (const type of ['dragover', 'drop'])
      place.dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
  }`);

const idIn = (url: string): string => /\/tasks\/(task_[0-9a-z]+)/.exec(url)?.[1] ?? '';
/** By how much the numbers of the lines are ahead of what a log counts: one number, unless a line is missing or twice. */
const aheadOn = (page: Page): Promise<number[]> =>
  page.evaluate<number[]>(`[...new Set([...document.querySelectorAll('.log-line')]
    .map((line) => [...line.children].map((part) => part.textContent))
    .filter(([, text]) => text?.startsWith('tick '))
    .map(([number, text]) => Number(number) - Number(text.slice('tick '.length))))]`);

const COUNTING = 'for i in $(seq 1 6000); do echo "tick $i"; sleep 0.2; done';
/** Opens a task that counts, and waits for its first numbers. */
const countingOn = async (page: Page): Promise<{ id: string; ahead: number[] }> => {
  const { id } = await shop.system.client.submit(shopTask(shop, COUNTING, {}));
  await signIn(page, shop.system, `/tasks/${id}`);
  await page
    .getByText(/^tick \d+$/)
    .first()
    .waitFor();
  const ahead = await aheadOn(page);
  expect(ahead).toHaveLength(1);
  return { id, ahead };
};

const lastTick = async (page: Page): Promise<number> =>
  Number(
    (
      await page
        .getByText(/^tick \d+$/)
        .last()
        .innerText()
    ).slice('tick '.length),
  );

/** Whether the log shows its end, after the frame that may still move it. */
const IS_AT_END = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const { scrollTop, clientHeight, scrollHeight } = document.querySelector('.log-window');
  resolve(scrollHeight - clientHeight - scrollTop < 2);
})))`;

/** As when another tab covers this one, or no longer does. */
const look = (page: Page, isSeen: boolean): Promise<void> =>
  page.evaluate(`{
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${String(!isSeen)} });
    document.dispatchEvent(new Event('visibilitychange'));
  }`);

/** Until what has the focus says this. */
const untilFocusedOn = (page: Page, words: string): Promise<unknown> =>
  eventually(async () => (await page.evaluate<string>('document.activeElement.textContent')) === words);
const cancel = (id: string) => shop.system.client.post(`/v1/tasks/${id}/cancel`, {});

describe('the way in', () => {
  it('says that a key is wrong, and keeps a right one out of addresses and past the tab', async () => {
    const { page, context } = visitor;
    await page.goto(`${shop.system.url}/fleet`);
    await page.getByLabel('API key').fill('dk_nobody00_0123456789abcdef0123456789abcdef');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('not known here').waitFor();
    await page.getByLabel('API key').fill('kein Schlüssel');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('not known here').waitFor();

    await page.getByLabel('API key').fill(shop.system.apiKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Fleet and queue' }).waitFor();
    expect(page.url()).toBe(`${shop.system.url}/fleet`);
    await page.reload();
    await page.getByRole('heading', { name: 'Fleet and queue' }).waitFor();
    const kept = await page.evaluate<string>('JSON.stringify({ ...localStorage }) + document.cookie');
    expect(kept).not.toContain('dk_');
    const other = await context.newPage();
    await other.goto(shop.system.url);
    await other.getByLabel('API key').waitFor();
  });

  it('is where a key that was revoked leads back to, with the reason, and what was typed is there again after', async () => {
    const { page } = visitor;
    const { client } = shop.system;
    const teams = (await (await client.request('/v1/teams')).json()) as { items: { id: string }[] };
    const keys = `/v1/teams/${teams.items[0]?.id ?? ''}/keys`;
    const made = (await (await client.post(keys, {})).json()) as { id: string; key: string };
    await signIn(page, { ...shop.system, apiKey: made.key }, '/new');
    await page.getByLabel('Git URL').last().fill(shop.url);
    await page.getByLabel('Access token').fill('a secret');
    await page.getByLabel('What shall be done').fill('Long in the making');
    await client.request(`${keys}/${made.id}`, { method: 'DELETE' });
    await page.getByRole('button', { name: 'Submit task' }).click();
    await page
      .getByRole('alert')
      .getByText(/was revoked on \d/)
      .waitFor();
    await page.getByLabel('API key').fill(shop.system.apiKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByLabel('What shall be done').inputValue()).toBe('Long in the making');
    expect(await page.getByLabel('Access token').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.evaluate<string>('JSON.stringify({ ...sessionStorage })')).not.toContain('dk_');
  });
});

describe('a task from a ZIP', () => {
  it('is submitted, watched and read to the patch, with the keyboard where there are buttons', async () => {
    const { page } = visitor;
    await zipFolder(join(scratch, 'shop'), join(scratch, 'shop.zip'));
    await signIn(page, shop.system, '/new');
    await page.getByRole('button', { name: 'Submit task' }).click();
    await page.getByRole('alert').getByText('Give the git URL').waitFor();
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('field-url');
    await page.getByLabel('Git URL').first().press('ArrowRight');
    await page.getByText('ZIP', { exact: true }).click();
    await page.locator('input[type=file]').setInputFiles(join(scratch, 'shop.zip'));
    await drop(page, 'dropped.zip', await readFile(join(scratch, 'shop.zip')));
    await page.getByText('dropped.zip').waitFor();
    await page.getByLabel('What shall be done').fill('Round cart totals');
    await page.getByLabel('Verify commands').fill('npm test');
    await page.getByRole('button', { name: 'Submit task' }).focus();
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: 'Round cart totals' }).waitFor();
    await page
      .getByRole('region', { name: 'Lines of the log' })
      .getByText('agent', { exact: true })
      .waitFor();
    await page.getByText('changed', { exact: true }).waitFor();
    await page.getByRole('list', { name: 'Phases' }).getByText('verify').waitFor();
    await page.getByRole('link', { name: 'Steps' }).click();
    await page.getByText('cuts it off with Math.floor').waitFor();
    await page.getByRole('link', { name: 'Diff' }).click();
    await page.getByText('Math.round(cents)').first().waitFor();
    await page.getByRole('button', { name: 'Unified' }).click();
    await page.locator('.diff-row.diff-insert').getByText('Math.round').waitFor();
    await page.goBack();
    await page.getByText('cuts it off with Math.floor').waitFor();
    await page.getByRole('link', { name: 'Details' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download diff.patch' }).click();
    const saved = await (await download).path();
    expect(await readFile(saved)).toEqual(await shop.system.client.diff(idIn(page.url())));
  });
});

describe('a task that runs', () => {
  const SLOW = 'for i in $(seq 1 3000); do echo "line $i of many"; done; sleep 2; echo the needle; sleep 600';

  it('is followed live, paused, searched, cancelled after a question, and tried again', async () => {
    const { page } = visitor;
    const { client } = shop.system;
    const { id } = await client.submit(shopTask(shop, SLOW, {}));
    await signIn(page, shop.system, `/tasks/${id}`);
    const log = page.getByRole('region', { name: 'Lines of the log' });
    await log.getByText('line 3000 of many').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.evaluate("document.querySelector('.log-window').scrollTop = 0");
    await log.getByText('line 1 of many').waitFor();
    await log.getByText('the needle').waitFor({ state: 'detached' });
    await page.getByLabel('Search the log').fill('NEEDLE');
    await eventually(async () => (await page.locator('.log-found').textContent()) === '1 of 1');
    await log.getByText('needle').waitFor();
    await page.getByLabel('Search the log').fill('line 2');
    await eventually(async () => (await page.locator('.log-found').textContent()) === '1 of 1,111');
    await page.getByLabel('Search the log').press('Enter');
    await eventually(async () => (await page.locator('.log-found').textContent()) === '2 of 1,111');
    await page.getByRole('button', { name: 'Follow' }).click();
    await log.getByText('the needle').waitFor();
    await log.hover();
    await page.mouse.wheel(0, -5_000);
    await page.getByRole('button', { name: 'Follow' }).waitFor();
    await page.mouse.wheel(0, 50_000);
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    for (const height of [1_300, 800]) {
      await page.setViewportSize({ width: 1280, height });
      await eventually(async () => page.evaluate<boolean>(IS_AT_END));
    }
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(1);

    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Let it run' }).click();
    await untilFocusedOn(page, 'Cancel');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the task' }).click();
    await page.locator('.task-head').getByText('cancelled').waitFor();
    await untilFocusedOn(page, 'Retry');
    await eventually(async () => (await page.title()).endsWith(' · cancelled · Drydock'));
    expect(await client.wait(id)).toMatchObject({ status: 'cancelled' });
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('an earlier task').waitFor();
    const again = idIn(page.url());
    expect(await client.task(again)).toMatchObject({ retryOf: id });
    await cancel(again);
  });

  it('goes on being shown when the connection is lost, and says so', async () => {
    const { page } = visitor;
    const { id, ahead } = await countingOn(page);
    await shop.system.api.stop();
    await page.getByText('connection lost').waitFor();
    const before = await lastTick(page);
    revived = new AppProcess('api', shop.system.apiEnvironment);
    await page.getByText('live', { exact: true }).waitFor();
    await eventually(async () => (await lastTick(page)) > before);
    expect(await aheadOn(page)).toEqual(ahead);
    await cancel(id);
  });

  it('takes no connection in a tab that nobody looks at, and goes on without a gap when somebody does', async () => {
    const { page } = visitor;
    const { id, ahead } = await countingOn(page);
    const isOver = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/events'));
    await look(page, false);
    await isOver;
    const before = await lastTick(page);
    await look(page, true);
    await eventually(async () => (await lastTick(page)) > before + 5);
    expect(await aheadOn(page)).toEqual(ahead);
    await cancel(id);
  });
});

describe('a pull request', () => {
  it('is asked for on the page of a finished task and linked there once it is open', async () => {
    const { page } = visitor;
    const { client } = shop.system;
    const { id } = await client.submit(bashTask(shop.url, 'echo more >> a.txt'));
    await client.wait(id);
    await signIn(page, shop.system, `/tasks/${id}/details`);
    await page.getByRole('button', { name: 'Open a pull request' }).click();
    await page.getByRole('dialog').getByLabel('Title').fill('More of it');
    await page.getByRole('dialog').getByRole('button', { name: 'Open it' }).click();
    const link = page.locator('.facts').getByRole('link', { name: '#' });
    await link.waitFor();
    const pull = shop.repository.pulls.find((each) => each.pull.head === `drydock/${id}`);
    expect(pull).toMatchObject({ title: 'More of it' });
    expect(await link.getAttribute('href')).toBe((await client.task(id)).pullRequest?.url);
    await page.locator('.details').getByText('succeeded').waitFor();
  });
});

describe('the list', () => {
  it('finds tasks by their fields and keeps the filters in the address', async () => {
    const { page } = visitor;
    const { client } = shop.system;
    const task = {
      description: 'Find the <b>odd</b> one',
      labels: { area: 'odd' },
      notBefore: '2100-01-01T00:00:00Z',
    };
    const { id } = await client.submit({ ...shopTask(shop, 'true', {}), ...task });
    await signIn(page, shop.system);
    const rows = page.locator('.task-row');
    await page.getByLabel('Search').fill('<B>odd');
    await eventually(async () => (await rows.count()) === 1);
    await rows.getByText('Find the <b>odd</b> one').waitFor();
    expect(new URL(page.url()).searchParams.get('search')).toBe('<B>odd');
    await page.getByLabel('Status').selectOption('failed');
    await page.getByText('No task fits these filters.').waitFor();
    await page.reload();
    await page.getByText('No task fits these filters.').waitFor();
    await page.getByLabel('Status').selectOption('');
    await page.getByLabel('Labels').fill('area:odd');
    await page.getByLabel('Repository').fill('acme/SHOP');
    await eventually(async () => (await rows.count()) === 1);
    await rows.getByRole('link').click();
    await page.getByRole('heading', { name: 'Find the <b>odd</b> one' }).waitFor();
    await cancel(id);
  });

  it('is read page by page, and the way back from a task leads to the same page', async () => {
    const { page } = visitor;
    const { client } = shop.system;
    const later = { labels: { area: 'many' }, notBefore: '2100-01-01T00:00:00Z' };
    const made: string[] = [];
    for (let i = 1; i <= 31; i++)
      made.push(
        (
          await client.submit({
            ...shopTask(shop, 'true'),
            ...later,
            description: `One of many, ${String(i)}`,
          })
        ).id,
      );
    await signIn(page, shop.system, '/?label=area:many');
    const rows = page.locator('.task-row');
    await eventually(async () => (await rows.count()) === 30);
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText('Page 2').waitFor();
    await rows.getByText('One of many, 1', { exact: true }).click();
    await page.getByRole('heading', { name: 'One of many, 1' }).waitFor();
    await page.goBack();
    await page.getByText('Page 2').waitFor();
    await eventually(async () => (await rows.count()) === 1);
    await page.getByRole('button', { name: 'Newer' }).click();
    await eventually(async () => (await rows.count()) === 30);
    await Promise.all(made.map(cancel));
  });
});
