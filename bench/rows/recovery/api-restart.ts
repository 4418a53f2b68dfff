import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppProcess } from '../../../e2e/system/app-process.ts';
import { startSystem, type System } from '../../../e2e/system/start-system.ts';
import { query } from '../../../e2e/system/teams.ts';
import { ms, ratio, seconds, type BenchRow } from '../../bench-row.ts';
import { quantile } from '../../statistics.ts';
import { openLoop } from '../open-loop.ts';
import { commandTask } from '../sample-repository.ts';

/** Twice as long after each try, so that those who wait are no flood when the api is back. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
const GIVE_UP_MS = 30_000;
const BODY = commandTask('https://example.com/a.git', 'true');

/** What clients saw. */
interface Journal {
  readonly accepted: { id: string; atMs: number }[];
  readonly refusals: string[];
  retries: number;
}

/** 409: the first try with this key is still under way. */
const isWorthAnotherTry = (status: number): boolean => status >= 500 || status === 409 || status === 429;

const tryOnce = async (system: System, key: string): Promise<{ status: number; text: string }> => {
  try {
    const response = await system.client.post('/v1/tasks', BODY, { 'idempotency-key': key });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 503, text: String(error) }; // nobody listened, or the answer got lost
  }
};

/** As a careful client does it: again with the same key until there is an answer. */
const submitUntilAccepted = async (system: System, journal: Journal): Promise<boolean> => {
  const key = randomUUID();
  const until = Date.now() + GIVE_UP_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const { status, text } = await tryOnce(system, key);
    if (status === 202) {
      journal.accepted.push({ id: (JSON.parse(text) as { id: string }).id, atMs: performance.now() });
      return true;
    }
    if (!isWorthAnotherTry(status) || Date.now() > until) {
      journal.refusals.push(`${String(status)} ${text}`);
      return false;
    }
    journal.retries++;
    await delay(pauseMs);
  }
};

const isListening = (process: AppProcess): boolean => process.output.includes('"msg":"listening"');

/** The api ends by the signal and another one takes its port. @returns its successor, when that listens. */
const replaceApi = async (
  system: System,
  api: AppProcess,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<AppProcess> => {
  if (signal === 'SIGTERM') await api.stop();
  else await api.killHard();
  const next = new AppProcess('api', system.apiEnvironment);
  while (!isListening(next) && !next.hasExited) await delay(20);
  return next;
};

const longestGap = (times: readonly number[]): number =>
  Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? at)));

/** Accepted tasks that the database does not have, and tasks that nobody was told of. */
const compare = async (system: System, accepted: readonly { id: string }[]) => {
  const rows = await query(system, 'SELECT id FROM "Task"');
  const stored = new Set(rows.map((row) => String(row['id'])));
  const told = new Set(accepted.map(({ id }) => id));
  return {
    lost: [...told].filter((id) => !stored.has(id)).length,
    twice: accepted.length - told.size + [...stored].filter((id) => !told.has(id)).length,
  };
};

/** Submits at a fixed rate while the only api is replaced: first politely, then after a SIGKILL. */
export const apiRestartRow = async ({
  perSecond,
  phaseSeconds,
}: {
  perSecond: number;
  phaseSeconds: number;
}): Promise<BenchRow> => {
  const system = await startSystem({ workers: 0 });
  let api = system.api;
  try {
    const [quiet, journal]: [Journal, Journal] = [
      { accepted: [], refusals: [], retries: 0 },
      { accepted: [], refusals: [], retries: 0 },
    ];
    await openLoop(perSecond, phaseSeconds, () => submitUntilAccepted(system, quiet));
    const load = openLoop(perSecond, 3 * phaseSeconds, () => submitUntilAccepted(system, journal));
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await delay(phaseSeconds * 1000);
      api = await replaceApi(system, api, signal);
    }
    const { latenciesMs, errors } = await load;
    const { lost, twice } = await compare(system, [...quiet.accepted, ...journal.accepted]);
    const gap = longestGap(journal.accepted.map(({ atMs }) => atMs));
    const bareGap = longestGap(quiet.accepted.map(({ atMs }) => atMs));
    return {
      what: `api replaced twice (SIGTERM, SIGKILL) under ${String(perSecond)} submits/s for ${String(3 * phaseSeconds)} s; clients try again with the same Idempotency-Key`,
      measured: `lost 202s: ${String(lost)} of ${String(journal.accepted.length)}, made twice: ${String(twice)}, errors: ${String(errors)} (${String(journal.retries)} tries repeated), longest gap ${seconds(gap)}, p99 ${ms(quantile(latenciesMs, 0.99))}`,
      bare: `the same load undisturbed: longest gap ${ms(bareGap)}; ${ratio(gap, bareGap)}`,
      aim: 'lost 0, twice 0, errors 0',
      isMet: lost === 0 && twice === 0 && errors === 0 && journal.accepted.length > 0,
    };
  } finally {
    if (api !== system.api) await api.stop();
    await system.stop();
  }
};
