import type { Page } from 'playwright-core';

/** A task larger than a test has time to run, told to the page in place of the api. */
export const LINES = 100_000;
export const FILES = 5_000;
export const ID = 'task_00000000000000000000000000';

const LINES_EACH = 1_000;
const at = '2026-01-01T00:00:00.000Z';

const task = {
  id: ID,
  status: 'succeeded',
  phase: null,
  outcome: 'changed',
  error: null,
  createdAt: at,
  startedAt: at,
  finishedAt: '2026-01-01T00:10:00.000Z',
  retryOf: null,
  source: { git: { url: 'https://github.com/acme/large.git' } },
  base: null,
  attempts: [],
  maxAttempts: 1,
  priority: 5,
  description: 'Rename everything',
  agent: { harness: 'builtin', model: null, command: null },
  image: { name: 'drydock/toolbox:1', digest: null },
  labels: {},
  usage: { modelCalls: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0, costUsd: 0, agentSeconds: 0 },
  diffstat: { files: FILES + 1, insertions: 1, deletions: 0 },
  verify: [],
  deliveries: [],
  pullRequest: null,
};

const lineOf = (i: number): string =>
  `\x1b[3${String(i % 8)}mline\x1b[0m ${String(i)} of a log that nobody reads whole\n`;

const eventsText = (): string => {
  const frames = Array.from({ length: LINES / LINES_EACH }, (_, part) => {
    const text = Array.from({ length: LINES_EACH }, (__, i) => lineOf(part * LINES_EACH + i + 1)).join('');
    const data = { seq: part + 1, at, attempt: 1, type: 'log', v: 1, phase: 'agent', stream: 'stdout', text };
    return `id: ${String(part + 1)}\nevent: log\ndata: ${JSON.stringify(data)}\n\n`;
  });
  return `${frames.join('')}event: end\ndata: {}\n\n`;
};

const fileOf = (name: string, lines: readonly string[]): string =>
  [
    `diff --git a/${name} b/${name}`,
    'new file mode 100644',
    '--- /dev/null',
    `+++ b/${name}`,
    `@@ -0,0 +1,${String(lines.length)} @@`,
    ...lines.map((line) => `+${line}`),
    '',
  ].join('\n');

/** More than 10 MB. */
export const patchText = (): string => {
  const small = Array.from({ length: FILES }, (_, i) =>
    fileOf(`src/part-${String(i % 50)}/file-${String(i)}.js`, [
      `export const value${String(i)} = ${String(i)};`,
    ]),
  );
  const long = Array.from(
    { length: 180_000 },
    (_, i) => `const number${String(i)} = "as long as lines of programs are";`,
  );
  return [...small, fileOf('src/z-large.js', long)].join('');
};

/** From now on the page is told this task. */
export const tellLargeTask = async (page: Page): Promise<void> => {
  const [events, patch] = [eventsText(), patchText()];
  const json = (body: unknown) => ({ contentType: 'application/json', body: JSON.stringify(body) });
  await page.route(`**/v1/tasks/${ID}`, (route) => route.fulfill(json(task)));
  await page.route(`**/v1/tasks/${ID}/events`, (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: events }),
  );
  await page.route(`**/v1/tasks/${ID}/artifacts/diff.patch`, (route) =>
    route.fulfill({ contentType: 'text/x-diff', body: patch }),
  );
};
