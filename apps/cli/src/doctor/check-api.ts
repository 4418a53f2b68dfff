import { isApiError, type Queue, type Readiness, type Worker } from '@drydock/sdk';
import type { Drydock } from '@drydock/sdk/node';
import { reportOf } from '../report-error.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const START_SERVICES = 'On its machine: `npm run services`.';

/** The services behind the api. @throws ConnectionError or ApiError when it does not answer. */
export const checkServices = (ready: Readiness): Finding[] => {
  const { redis, artifacts } = ready.checks;
  return [
    ok('PostgreSQL', 'answers'), // else the API would have answered with a problem
    redis === 'ok'
      ? ok('Redis', 'answers')
      : warning('Redis', 'is away: tasks wait until it is back', START_SERVICES),
    artifacts === 'ok'
      ? ok('file store', 'takes files')
      : problem(
          'file store',
          'does not take files',
          'Look for a full disk under DRYDOCK_DATA_DIR, and who may write there.',
        ),
  ];
};

/** What it means that the API gave no whole answer. @param where - its address, and who said it. */
export const checkFault = (error: unknown, where: string): Finding[] => {
  const message = reportOf(error).message.split('\n')[0] ?? '';
  // Only Drydock itself has ids of requests; a proxy has not.
  if (isApiError(error, 'service_unavailable') && error.requestId !== null)
    return [ok('API', where), problem('PostgreSQL', message, START_SERVICES)];
  const fix = 'Start it by `npm start`, or name its address by --url, DRYDOCK_URL or `drydock login`.';
  return [problem('API', `${where}: ${message}`, fix)];
};

/** Whether the key opens tasks. */
export const checkKey = async (client: Drydock, from: string): Promise<Finding> => {
  try {
    await client.tasks.list({ limit: 1 }).first();
    return ok('API key', `accepted (from ${from})`);
  } catch (error) {
    if (isApiError(error, 'unauthorized'))
      return problem('API key', `from ${from}: ${error.message}`, '`drydock login` takes another one.');
    if (isApiError(error, 'forbidden'))
      return problem(
        'API key',
        `from ${from}: lacks the scope tasks:read`,
        '`drydock keys create` makes another one.',
      );
    throw error;
  }
};

const START_WORKER = 'On a machine with Docker: `npm run start:worker`.';

export const checkWorkers = (workers: readonly Worker[], queue: Queue): Finding[] => {
  const live = workers.filter((worker) => worker.live);
  const slots = live
    .filter((worker) => !worker.draining)
    .reduce((sum, { concurrency }) => sum + concurrency, 0);
  const versions = new Set(live.map(({ version }) => version));
  const found: Finding[] = [
    live.length === 0
      ? problem('workers', 'none is alive: tasks stay queued', START_WORKER)
      : slots === 0
        ? warning('workers', 'all that are alive are draining', START_WORKER)
        : ok('workers', `${String(live.length)} alive with ${String(slots)} slots`),
  ];
  if (versions.size > 1)
    found.push(warning('versions', `workers run ${[...versions].join(', ')}`, 'Finish the roll-out.'));
  const detail = `${String(queue.running)} running, ${String(queue.queued)} queued`;
  const waitSeconds = queue.oldestQueuedSeconds ?? 0;
  found.push(
    queue.eligible > 0 && queue.running === 0 && waitSeconds > 60
      ? problem(
          'queue',
          `${detail}, and none has started for ${String(Math.round(waitSeconds))} s`,
          "See the worker's log.",
        )
      : ok('queue', detail),
  );
  return found;
};

/** The fleet, as far as the key may see it. */
export const checkFleet = async (client: Drydock): Promise<Finding[]> => {
  try {
    return checkWorkers(await client.installation.workers(), await client.installation.queue());
  } catch (error) {
    if (isApiError(error, 'forbidden', 'unauthorized'))
      return [warning('workers', 'not looked at', 'Only a key with the scope admin sees them.')];
    throw error;
  }
};
