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
});

/** Nothing ran, no element was made of text, no character hides, no line is too long to lay out. */
const expectUnmoved = async (page: Page): Promise<void> => {
  const found = await page.evaluate<Record<string, unknown>>(`({
    hacked: window.hacked ?? null,
    title: /^hacked|[\\u202a-\\u202e\\u2066-\\u2069\\u001b]/.test(document.title),
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

/** Every text that the API gives but those with a form of their own ends with something hostile. */
const spoil = (value: unknown, name = ''): unknown => {
  if (Array.isArray(value)) return value.map((each) => spoil(each, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spoil(each, key)]));
  return typeof value === 'string' && SPOILT.has(name) ? `${value} ${EVIL} ${BIDI}` : value;
};
const SPOILT = new Set([
  ...[
    'description',
    'message',
    'command',
    'workerId',
    'ref',
    'commit',
    'url',
    'model',
    'harness',
    'name',
    'id',
  ],
  ...['host', 'version', 'code', 'kind', 'phase', 'outcome', 'state', 'project', 'odd'],
]);
/** The pages ask by this one. */
const KEPT = (task: { id: string }, spoilt: object): object => ({ ...spoilt, id: task.id });

const FAILED = {
  error: { code: 'verify_command_failed', message: 'npm test failed:' },
  deliveries: [{ id: 'd', kind: 'pull_request', state: 'failed', url: 'javascript:hacked=1', error: null }],
  pullRequest: { url: 'javascript:hacked=1', number: 1 },
  verify: [{ command: 'npm test', exitCode: 1, seconds: 1 }],
  attempts: [
    { number: 1, workerId: 'w', startedAt: '2026-01-01T00:00:00Z', finishedAt: null, outcome: 'lost' },
  ],
};

/** From now on the API is in the hands of somebody else. */
const spoilAnswers = async (page: Page): Promise<void> => {
  await page.route('**/v1/**', async (route) => {
    const response = await route.fetch();
    if (!(response.headers()['content-type'] ?? '').includes('json')) return route.fulfill({ response });
    const body = (await response.json()) as { id?: string; items?: { id: string }[] };
    const wide = body.id?.startsWith('task_') ? { ...body, ...FAILED } : body;
    const spoilt = spoil(wide) as typeof body;
    const items = body.items?.map((item, i) => KEPT(item, spoilt.items?.[i] ?? {}));
    const told = { ...spoilt, ...(body.id !== undefined && { id: body.id }), ...(items && { items }) };
    return route.fulfill({ response, json: told });
  });
};

describe('an API that answers with hostile texts', () => {
  it.each([
    ['the list', () => '/', '.task-row'],
    ['the details', () => `/tasks/${byCommand}/details`, '.details .badge'],
    ['the fleet', () => '/fleet', '.worker'],
  ])('is only text in %s', async (_name, path, ready) => {
    const { page } = visitor;
    await spoilAnswers(page);
    await page.goto(`${system.url}${path()}`);
    await page.locator(ready).first().waitFor();
    await page.getByText('<script>window.hacked=1</script>').first().waitFor();
    await expectUnmoved(page);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
});

describe('the policy of the pages', () => {
  it('would stop markup that got in all the same: no inline script runs, nothing makes elements of text', async () => {
    const { page, context } = await visit(browser);
    await page.goto(system.url);
    await page.getByLabel('API key').waitFor();
    const tried = await page.evaluate<unknown[]>(`(() => {
      const refused = [];
      const attempt = (work) => { try { work(); refused.push(false); } catch { refused.push(true); } };
      attempt(() => { document.body.innerHTML = '<b>markup</b>'; });
      attempt(() => { document.createElement('script').text = 'window.hacked = 1'; });
      const link = document.createElement('a');
      link.setAttribute('href', 'javascript:window.hacked=1');
      document.body.append(link);
      link.click();
      const style = document.createElement('style');
      style.textContent = 'body { color: rgb(1, 2, 3) }';
      document.head.append(style);
      return [...refused, window.hacked ?? null, getComputedStyle(document.body).color === 'rgb(1, 2, 3)'];
    })()`);
    expect(tried).toEqual([true, true, null, false]);
    await context.close();
  });
});

describe('what a hostile repository, agent or model wrote', () => {
  it.each(PLACES)('is only text in %s', async (_name, path, words) => {
    const { page } = visitor;
    await page.goto(`${system.url}${path()}`);
    await page.getByText(words).first().waitFor();
    await expectUnmoved(page);
  });

  it('is only text in the prompts', async () => {
    const { page } = visitor;
    await page.goto(`${system.url}/tasks/${byModel}/prompts`);
    await page.getByRole('button', { name: 'Show what was said' }).click();
    await page.getByText('<script>window.hacked=1</script>').first().waitFor();
    await expectUnmoved(page);
  });

  it('of a megabyte in one line is cut, and says so, in log and patch', async () => {
    const { page } = visitor;
    await page.goto(`${system.url}/tasks/${byCommand}`);
    await page.locator('.log-line .cut').getByText('998,000 more characters').waitFor();
    await page.goto(`${system.url}/tasks/${byCommand}/diff`);
    await page.getByRole('navigation', { name: 'Files of the patch' }).getByText('long.txt').click();
    await page.locator('.diff-row .cut').getByText('998,000 more characters').first().waitFor();
    await expectUnmoved(page);
  });

  it('names files by what they are called, each in the tree and above its lines', async () => {
    const { page } = visitor;
    await page.goto(`${system.url}/tasks/${byCommand}/diff`);
    const tree = page.getByRole('navigation', { name: 'Files of the patch' });
    await tree.getByText('name‹U+202E›gpj.exe').waitFor();
    await tree.getByText('src/<img src=x onerror=hacked=1>').waitFor();
    await tree.getByText('a"b.js').click();
    await page.locator('.diff-heading').getByText('src/<img src=x onerror=hacked=1>/a"b.js').waitFor();
    await expectUnmoved(page);
  });
});
