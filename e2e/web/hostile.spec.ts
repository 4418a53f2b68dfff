import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startSystem, type System } from '../system/start-system.ts';
import { bashTask, publishScript } from '../system/tasks.ts';
import { signIn, startBrowser, visit, type Visitor } from './browser.ts';

/** A repository, an agent and a model that want the page to do something. All they get is to be read. */
const EVIL = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1">`;
const BIDI = '\u202egpj.exe\u2066';
const ESCAPES = '\x1b]0;hacked\x07\x1b[2J\x1b[31mred\x1b[0m';
const MEGABYTE = 1_000_000;

const FILES = `
mkdir -p 'src/<img src=x onerror=hacked=1>'
echo base > 'src/<img src=x onerror=hacked=1>/a"b.js'
printf 'x\\n' > $'name\\u202egpj.exe'
`;
const CHANGES = String.raw`
printf '%s\n' '${EVIL}' > 'src/<img src=x onerror=hacked=1>/a"b.js'
printf 'user\xe2\x80\xaenimda\n' > $'name\u202egpj.exe'
head -c ${String(MEGABYTE)} /dev/zero | tr '\0' 'y' > long.txt
printf '%s\n' '${EVIL}'
printf '\033]0;hacked\007\033[2J\033[31mred\033[0m\n'
printf 'log \xe2\x80\xaegpj.exe\n'
head -c ${String(MEGABYTE)} /dev/zero | tr '\0' 'z'; echo
`;

const SCRIPT = {
  turns: [
    {
      reply: `${EVIL} ${BIDI} ${ESCAPES}`,
      toolCalls: [{ name: 'bash', arguments: { command: CHANGES } }],
    },
    { reply: `${EVIL} ${'w'.repeat(MEGABYTE)}` },
  ],
};

let system: System;
let browser: Browser;
let scratch: string;
let byModel: string;
let byCommand: string;
let visitor: Visitor;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'drydock-hostile-'));
  [system, browser] = await Promise.all([startSystem({ script: SCRIPT }), startBrowser()]);
  const url = await publishScript(system, 'hostile', FILES);
  const fields = { description: `${EVIL} ${BIDI}`, labels: { odd: `${EVIL.slice(0, 60)}${BIDI}` } };
  const model = await system.client.submit({ source: { git: { url } }, ...fields });
  const command = await system.client.submit(bashTask(url, CHANGES, fields));
  for (const { id } of [model, command])
    expect(await system.client.wait(id)).toMatchObject({ outcome: 'changed' });
  [byModel, byCommand] = [model.id, command.id];
  visitor = await visit(browser);
  await signIn(visitor.page, system);
}, 180_000);

afterAll(async () => {
  await browser.close();
  await system.stop();
  await rm(scratch, { recursive: true, force: true });
}, 60_000);

/** Nothing ran, no element was made of text, no character hides, no line is too long to lay out. */
const expectUnmoved = async (page: Page): Promise<void> => {
  const found = await page.evaluate<Record<string, unknown>>(`({
    hacked: window.hacked ?? null,
    title: document.title.includes('hacked'),
    scripts: document.querySelectorAll('body script, img, iframe, object').length,
    hidden: /[\\u202a-\\u202e\\u2066-\\u2069\\u001b]/.test(document.body.innerText),
    longest: Math.max(...document.body.innerText.split('\\n').map((line) => line.length)),
  })`);
  expect(found).toMatchObject({ hacked: null, title: false, scripts: 0, hidden: false });
  expect(found['longest']).toBeLessThan(12_000);
  expect(visitor.complaints).toEqual([]);
};

const PLACES: readonly (readonly [name: string, path: () => string, words: string])[] = [
  ['the list', () => '/', '<script>window.hacked=1</script>'],
  ['the log', () => `/tasks/${byCommand}`, 'log ‹U+202E›gpj.exe'],
  ['the steps', () => `/tasks/${byModel}/steps`, '<img src=x onerror="window.hacked=1">'],
  ['the patch', () => `/tasks/${byCommand}/diff`, 'user‹U+202E›nimda'],
  ['the details', () => `/tasks/${byCommand}/details`, '<script>window.hacked=1</script>'],
];

describe('what a hostile repository, agent or model wrote', () => {
  it.each(PLACES)(
    'is only text in %s',
    async (_name, path, words) => {
      const { page } = visitor;
      await page.goto(`${system.url}${path()}`);
      await page.getByText(words).first().waitFor();
      await expectUnmoved(page);
    },
    60_000,
  );

  it('is only text in the prompts', async () => {
    const { page } = visitor;
    await page.goto(`${system.url}/tasks/${byModel}/prompts`);
    await page.getByRole('button', { name: 'Show what was said' }).click();
    await page.getByText('<script>window.hacked=1</script>').first().waitFor();
    await expectUnmoved(page);
  }, 60_000);

  it('of a megabyte in one line is cut, and says so, in log and patch', async () => {
    const { page } = visitor;
    await page.goto(`${system.url}/tasks/${byCommand}`);
    await page.locator('.log-line .cut').getByText('998,000 more characters').waitFor();
    await page.goto(`${system.url}/tasks/${byCommand}/diff`);
    await page.getByRole('navigation', { name: 'Files of the patch' }).getByText('long.txt').click();
    await page.locator('.diff-row .cut').getByText('998,000 more characters').first().waitFor();
    await expectUnmoved(page);
  }, 60_000);

  it('names files by what they are called, each in the tree and above its lines', async () => {
    const { page } = visitor;
    await page.goto(`${system.url}/tasks/${byCommand}/diff`);
    const tree = page.getByRole('navigation', { name: 'Files of the patch' });
    await tree.getByText('name‹U+202E›gpj.exe').waitFor();
    await tree.getByText('src/<img src=x onerror=hacked=1>').waitFor();
    await tree.getByText('a"b.js').click();
    await page.locator('.diff-heading').getByText('src/<img src=x onerror=hacked=1>/a"b.js').waitFor();
    await expectUnmoved(page);
  }, 60_000);
});
