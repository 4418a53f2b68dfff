import { loadApiConfig } from '@drydock/config';
import { armCrashPoint } from '@drydock/domain';
import { logProcessFaults } from '@drydock/observability';
import { createApp } from './create-app.ts';
import { endSignals } from './end-signals.ts';
import { openAdapters, settingsOf } from './open-adapters.ts';
import { PrepareDatabase } from './prepare-database.ts';
import { Shutdown } from './shutdown.ts';
import { startUpkeep } from './start-upkeep.ts';
import { stop } from './stop.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** From configuration to listening; ends by SIGTERM or SIGINT. @throws AppError `config_error`. */
export const run = async (): Promise<void> => {
  const config = loadApiConfig();
  armCrashPoint(config.crash.crashPoint, () => process.kill(process.pid, 'SIGKILL'));
  const { ports, ownLogin, missingSchema, close } = await openAdapters(config);
  const { log } = ports;
  logProcessFaults(log);
  const settings = settingsOf(config);
  const app = await createApp(ports, settings);
  startUpkeep(config, settings, { inbound: ports.inbound, log, ownLogin });
  const database = new PrepareDatabase({
    missingSchema,
    keys: ports.apiKeys,
    log,
    given: config.firstKey,
    print,
    waitMs: config.startWaitMs,
  });
  await database.run(app.get(Shutdown).signal, (error) => {
    log.error({ error }, 'the database does not fit');
    process.exit(1);
  });
  await app.listen(config.http.port, config.http.host);
  log.info({ url: await app.getUrl() }, 'listening');
  const hurry = new AbortController();
  // It stays: without a listener the second signal would end the process on the spot.
  const onSignal = endSignals({
    onFirst: (signal) => {
      log.info({ signal }, 'stopping');
      void stop({ app, closeAdapters: close, log, hurry: hurry.signal }).finally(() => process.exit(0));
    },
    onSecond: (signal) => {
      log.warn({ signal }, 'stopping at once');
      hurry.abort();
    },
  });
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
};
