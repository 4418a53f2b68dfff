import { loadApiConfig } from '@drydock/config';
import { armCrashPoint } from '@drydock/domain';
import { logProcessFaults } from '@drydock/observability';
import { UploadSpool } from '../tasks/upload-spool.ts';
import { announceFirstKey } from './announce-first-key.ts';
import { createApp } from './create-app.ts';
import { openAdapters, settingsOf } from './open-adapters.ts';
import { Shutdown } from './shutdown.ts';
import { stop } from './stop.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** From configuration to listening; ends by SIGTERM or SIGINT. @throws AppError `config_error`. */
export const run = async (): Promise<void> => {
  const config = loadApiConfig();
  armCrashPoint(config.crash.crashPoint, () => process.kill(process.pid, 'SIGKILL'));
  const { ports, close } = await openAdapters(config);
  const { log } = ports;
  logProcessFaults(log);
  const settings = settingsOf(config);
  const app = await createApp(ports, settings);
  await new UploadSpool(settings.spoolDirectory).dropLeftOvers();
  const needs = { keys: ports.apiKeys, log, given: config.firstKey, print };
  await announceFirstKey(needs, app.get(Shutdown).signal);
  await app.listen(config.http.port, config.http.host);
  log.info({ url: await app.getUrl() }, 'listening');
  let isEnding = false;
  // Ctrl-C under npm arrives twice; a listener that is gone after the first would leave the second to end the process.
  const onSignal = (signal: string): void => {
    if (isEnding) return;
    isEnding = true;
    log.info({ signal }, 'stopping');
    void stop(app, close, log).finally(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
};
