/**
 * `npm test [-- <jest arguments>]`: sets up an instance of its own, runs all checks and all tests. The last line of
 * standard output is `N passed, N failed`; with arguments only the tests that they select are run.
 */
import { rmSync } from 'node:fs';

import { NEEDS_SERVICES, only, STORM } from '../checks.mjs';
import { pendingSql } from '../migrate/migrations.mjs';
import { ensureBrowser } from '../setup/browser.mjs';
import { instanceOf } from '../setup/instance.mjs';
import { countCheck, runNamedChecks } from '../setup/run-checks.mjs';
import { say, step } from '../setup/progress.mjs';
import { runJest } from '../setup/run-jest.mjs';
import { removeServices } from '../setup/service-containers.mjs';
import { setUp } from '../setup/set-up.mjs';

const ALWAYS_IGNORED = ['/node_modules/', '/dist/', '/fixtures/'];
const but = (...patterns) => ['--testPathIgnorePatterns', ...patterns, ...ALWAYS_IGNORED];

const inStep = async (databaseUrl) => {
  const sql = await pendingSql(databaseUrl);
  if (sql) process.stderr.write(`prisma/schema.prisma asks for more than prisma/migrations give:\n${sql}\n`);
  return !sql;
};

const environmentOf = (instance, { databaseUrl, redisUrl }) => ({
  NODE_ENV: 'test',
  DRYDOCK_DATA_DIR: instance.directory,
  DATABASE_URL: databaseUrl,
  REDIS_URL: redisUrl,
  TESTCONTAINERS_RYUK_DISABLED: 'true',
});

/** Continuous integration checks out anew each time: what is kept for the next run would pile up. */
const leaveNothing = async (instance) => {
  const count = await removeServices(instance, { purge: true });
  rmSync(instance.servicesFile, { force: true });
  say(`${count} containers of this run ended, volumes removed`);
};

const countJest = (tally, selection, env) =>
  runJest(tally, selection, env).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    tally.failed += 1;
  });

const besideTheStorm = async (tally, jest) => {
  await runNamedChecks(tally, ['format', 'lint', 'types']);
  await jest('--maxWorkers', '2', ...but(NEEDS_SERVICES));
};

export async function main(args) {
  const tally = { passed: 0, failed: 0 };
  // Its own instance, so that a running `npm start` is not disturbed.
  const instance = instanceOf(process.env.DRYDOCK_DATA_DIR || '.data/test');
  let urls;
  const isSetUp = await countCheck(tally, 'set-up', async () => {
    urls = await setUp(instance, { durable: false });
    await step('browser', ensureBrowser);
    return true;
  });
  if (isSetUp) {
    const env = environmentOf(instance, urls);
    const jest = (...selection) => countJest(tally, selection, env);
    if (args.length > 0) await jest(...args);
    else {
      await countCheck(tally, 'migrations in step', () => inStep(urls.databaseUrl));
      await jest(NEEDS_SERVICES, ...but(only(STORM)));
      // The storm takes its five minutes however little there is to do: the rest has room beside it.
      await Promise.all([jest(only(STORM)), besideTheStorm(tally, jest)]);
    }
  }
  if (process.env.CI && isSetUp && !process.env.DRYDOCK_DATA_DIR) await leaveNothing(instance);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  if (tally.failed > 0) process.exitCode = 1;
}
