/**
 * `npm run demo [-- --script <file>]`: the main job from end to end on an instance of its own. A bundled repository
 * with a failing test goes in as a ZIP; exit code 0 only if the platform's verification of the patch succeeded.
 */
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { apiClient } from '../demo/api-client.mjs';
import { describeEvent } from '../demo/describe-event.mjs';
import { chooseModel } from '../demo/model.mjs';
import { demoLock, endDeadDemos } from '../demo/old-demos.mjs';
import { isVerified, keepArtifacts, showResult } from '../demo/show-result.mjs';
import { zipFolder } from '../demo/zip-folder.mjs';
import { makeApiKey } from '../setup/api-key.mjs';
import { startApp, waitForHttp } from '../setup/app-process.mjs';
import { onEndSignal } from '../setup/foreground.mjs';
import { instanceOf, ROOT } from '../setup/instance.mjs';
import { withLock } from '../setup/lock.mjs';
import { findFreePort } from '../setup/ports.mjs';
import { say, step } from '../setup/progress.mjs';
import { removeServices } from '../setup/service-containers.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';
import { setUp } from '../setup/set-up.mjs';

const READY_MS = 30_000;
const STOP_MS = 70_000;
const KEPT = ['result', 'api.log', 'worker.log', 'demo.lock'];
const DESCRIPTION =
  'npm test fails: a discount that does not come out in whole cents is cut off instead of rounded. Find and fix the bug in the code; leave the tests as they are.';

// Set-up would use the operator's services; the demo has its own.
const NOT_OURS = ['DATABASE_URL', 'REDIS_URL'];

const startApps = async (instance, model, { databaseUrl, redisUrl }) => {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const apiKey = makeApiKey();
  // Said in full, as libs/config reads .env too: what is meant for the real instance is not for the demo.
  const env = {
    ...model.env,
    NODE_ENV: 'development',
    PORT: String(port),
    HOST: '127.0.0.1',
    DRYDOCK_API_KEY: apiKey,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    DRYDOCK_REDIS_PREFIX: 'drydock',
    DRYDOCK_WORKER_PORT: '0',
  };
  const logged = (app) => {
    const log = openSync(instance.path(`${app}.log`), 'a', 0o600);
    return startApp(app, { instance, env, stdio: ['ignore', log, log] });
  };
  const api = logged('api');
  const worker = logged('worker');
  return { apps: [api, worker], api, url, apiKey };
};

const stopApps = async (apps) => {
  const kill = setTimeout(() => apps.forEach((app) => app.stop('SIGKILL')), STOP_MS);
  for (const app of apps) app.stop();
  await Promise.all(apps.map((app) => app.ended));
  clearTimeout(kill);
};

const runTask = async (client, instance, model) => {
  const archive = await zipFolder(join(ROOT, 'examples', 'failing-test'));
  const agent = { harness: 'builtin', model: model.name };
  const queued = await client.submit(archive, { description: DESCRIPTION, agent, verify: ['npm test'] });
  say(`submitted examples/failing-test as a ZIP of ${archive.length} bytes: ${queued.id}`);
  for await (const event of client.events(queued.id)) {
    const lines = describeEvent(event);
    if (lines) console.log(lines);
  }
  const task = await client.task(queued.id);
  const patch = await client.diff(task.id).catch(() => Buffer.alloc(0));
  await keepArtifacts(client, task, instance.path('result'));
  showResult(task, patch, instance.path('result'));
  return isVerified(task);
};

/** Rejects when the api or the worker ends: the task would stay where it is for ever. */
const endedEarly = async ({ app, ended }) => {
  const how = await ended;
  throw new SetUpError(`The ${app} ended while the demo ran: ${how}.`);
};

const tailOf = (file) => {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(-15).join('\n');
  } catch {
    return '';
  }
};

const showLogs = (instance) => {
  for (const app of ['api', 'worker']) {
    process.stderr.write(`\nThe end of ${app}.log:\n${tailOf(instance.path(`${app}.log`))}\n`);
  }
};

/** @param closers - gets what has to be stopped at the end, also when a signal ends the demo half-way. */
const runOn = async (instance, model, closers) => {
  const urls = await setUp(instance, { durable: false });
  console.log(`\n${model.announcement}\n`);
  const { apps, api, url, apiKey } = await startApps(instance, model, urls);
  closers.push(() => stopApps(apps));
  try {
    await step('api', () => waitForHttp(`${url}/readyz`, api, READY_MS));
    return await Promise.race([runTask(apiClient(url, apiKey), instance, model), ...apps.map(endedEarly)]);
  } catch (error) {
    showLogs(instance);
    throw error;
  }
};

/** The containers go, the results stay. */
const cleanUp = async (instance) => {
  await removeServices(instance, { purge: true });
  for (const name of readdirSync(instance.directory).filter((entry) => !KEPT.includes(entry))) {
    rmSync(instance.path(name), { recursive: true, force: true });
  }
};

const scriptArgument = (args) => {
  try {
    return parseArgs({ args, options: { script: { type: 'string' } } }).values.script;
  } catch (error) {
    throw new SetUpError(`${error.message}\nUsage: npm run demo [-- --script <trajectory.yaml>]`);
  }
};

export async function main(args) {
  const script = scriptArgument(args);
  for (const name of NOT_OURS) delete process.env[name];
  const instance = instanceOf(join('.data', `demo-${process.pid}`));
  mkdirSync(instance.directory, { recursive: true });
  const isVerifiedPatch = await withLock(demoLock(instance), async () => {
    const model = await chooseModel(script);
    const closers = [() => model.close(), () => cleanUp(instance), endDeadDemos];
    const interrupted = new Promise((_, reject) => onEndSignal(() => reject(new SetUpError('Interrupted.'))));
    try {
      return await Promise.race([runOn(instance, model, closers), interrupted]);
    } finally {
      for (const close of closers.reverse()) await close();
    }
  });
  say(
    isVerifiedPatch
      ? 'the demo succeeded: the patch makes the failing test pass'
      : 'the demo FAILED: no verified patch',
  );
  if (!isVerifiedPatch) process.exitCode = 1;
}
