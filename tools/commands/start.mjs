/** `npm start`: set-up, then the api and one worker in this terminal until Ctrl-C. */
import { firstApiKey, rememberApiKey } from '../setup/api-key.mjs';
import { startApp, waitForHttp } from '../setup/app-process.mjs';
import { onEndSignal } from '../setup/foreground.mjs';
import { instanceOf } from '../setup/instance.mjs';
import { isPortFree } from '../setup/ports.mjs';
import { say } from '../setup/progress.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';
import { setUp } from '../setup/set-up.mjs';

const READY_MS = 30_000;

const address = () => {
  const port = Number(process.env.PORT || 8080);
  const host = process.env.HOST || '127.0.0.1';
  const probe = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host;
  const shown = ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(host) ? 'localhost' : host;
  return { port, host, url: `http://${shown}:${port}`, livez: `http://${probe}:${port}/livez` };
};

const refuseTakenPort = async ({ port, host }) => {
  if (await isPortFree(port, host)) return;
  throw new SetUpError(
    `Port ${port} on ${host} is taken. Stop the program that listens there, or choose another: PORT=8081 npm start`,
  );
};

const greet = (instance, url, key) => {
  say(`Drydock is ready: ${url}   (API documentation: ${url}/docs)`);
  if (key) {
    say(`API key, shown only this once: ${key}`);
    rememberApiKey(instance);
  } else {
    say('API key: the one in DRYDOCK_API_KEY, or the one shown at the first start');
  }
  say('Ctrl-C stops both processes; running tasks are handed back');
};

/** Resolves when every process has ended; one that ends without being told takes the others with it. */
const untilAllEnded = async (apps) => {
  let told = false;
  const stopAll = (signal) => {
    told = true;
    for (const app of apps) app.stop(signal);
  };
  const stopListening = onEndSignal(
    () => stopAll('SIGTERM'),
    () => stopAll('SIGKILL'),
  );
  const first = await Promise.race(apps.map(async (app) => ({ app: app.app, how: await app.ended })));
  if (!told) {
    say(`the ${first.app} ended by itself (${first.how}); stopping the rest`);
    process.exitCode = 1;
    stopAll('SIGTERM');
  }
  await Promise.all(apps.map((app) => app.ended));
  stopListening();
};

export async function main() {
  const instance = instanceOf();
  const where = address();
  await refuseTakenPort(where);
  await setUp(instance);
  const key = firstApiKey(instance);
  const env = { PORT: String(where.port), HOST: where.host };
  const api = startApp('api', { instance, env: key ? { ...env, DRYDOCK_API_KEY: key } : env });
  const worker = startApp('worker', { instance });
  const allEnded = untilAllEnded([api, worker]);
  await waitForHttp(where.livez, api, READY_MS).then(
    () => greet(instance, where.url, key),
    (error) => (api.stop(), say(error.message)),
  );
  await allEnded;
}
