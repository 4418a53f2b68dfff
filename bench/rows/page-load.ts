import type { Browser } from 'playwright-core';
import { startSystem, type System } from '../../e2e/system/start-system.ts';
import { bashTask, publishScript } from '../../e2e/system/tasks.ts';
import { startBrowser, visit } from '../../e2e/web/browser.ts';
import { ms, ratio, type Bench } from '../bench-row.ts';
import { median } from '../statistics.ts';

const LINES = 100_000;
const RUNS = 5;
const MAX_MS = 1_000;

/** In pieces: the sandbox leaves out what comes faster than it passes output on. */
const LOUD = `for from in $(seq 1 5000 ${String(LINES)}); do
  seq -f 'line %.0f of a log as long as logs are when something goes wrong' $from $((from + 4999)); sleep 0.5
done`;

const submitLoud = async (system: System): Promise<string> => {
  const url = await publishScript(system, 'loud', 'echo base > base.txt');
  const { id } = await system.client.submit(bashTask(url, LOUD));
  await system.client.wait(id, 120_000);
  return id;
};

const FIRST_PAINT = `new Promise((resolve) => {
  const seen = (entries) => {
    const paint = entries.find(({ name }) => name === 'first-contentful-paint');
    if (paint) resolve(paint.startTime);
  };
  new PerformanceObserver((list) => seen(list.getEntries())).observe({ type: 'paint', buffered: true });
})`;

interface Load {
  readonly paintMs: number;
  /** Until the last line of the log is seen; null: there is none. */
  readonly lastLineMs: number | null;
}

/** A first visit: nothing is in the browser's cache. */
const load = async (browser: Browser, system: System, path: string): Promise<Load> => {
  const { page, context } = await visit(browser);
  await context.addInitScript(`sessionStorage.setItem('drydock.key', '${system.apiKey}')`);
  const startedAt = performance.now();
  await page.goto(`${system.url}${path}`);
  const paintMs = await page.evaluate<number>(FIRST_PAINT);
  let lastLineMs: number | null = null;
  if (path.startsWith('/tasks/')) {
    await page
      .getByText(`line ${String(LINES)} of a log`)
      .first()
      .waitFor({ timeout: 60_000 });
    lastLineMs = performance.now() - startedAt;
  }
  await context.close();
  return { paintMs, lastLineMs };
};

const loads = async (browser: Browser, system: System, path: string): Promise<Load[]> => {
  const all: Load[] = [];
  for (let i = 0; i < RUNS; i++) all.push(await load(browser, system, path));
  return all;
};

export const pageLoadBench: Bench = {
  name: 'page-load',
  run: async () => {
    const system = await startSystem();
    const browser = await startBrowser();
    try {
      const id = await submitLoud(system);
      const bare = median((await loads(browser, system, '/errors')).map(({ paintMs }) => paintMs));
      const found = await loads(browser, system, `/tasks/${id}`);
      const paints = found.map(({ paintMs }) => paintMs);
      const lastLine = median(found.map(({ lastLineMs }) => lastLineMs ?? Infinity));
      return [
        {
          what: `page of a task with ${String(LINES)} lines of log: first contentful paint`,
          measured: `median ${ms(median(paints))}, worst ${ms(Math.max(...paints))}; last line after ${ms(lastLine)}`,
          bare: `a page without scripts: ${ms(bare)}; ${ratio(median(paints), bare)}`,
          aim: `< ${ms(MAX_MS)}`,
          isMet: Math.max(...paints) < MAX_MS,
        },
      ];
    } finally {
      await browser.close();
      await system.stop();
    }
  },
};
