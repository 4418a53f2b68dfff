/** `npm start`: set-up, then the api and one worker in this terminal until Ctrl-C. */
import { makeApiKey } from '../setup/api-key.mjs';
import { startApp, waitForHttp } from '../setup/app-process.mjs';
import { onEndSignal } from '../setup/foreground.mjs';
import { instanceOf } from '../setup/instance.mjs';
import { isPortFree } from '../setup/ports.mjs';
import { say } from '../setup/progress.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';
import { setUp } from '../setup/set-up.mjs';
import { addressOf } from '../start/address.mjs';
import { NOT_SERVED, serveExample } from '../start/example-repository.mjs';
import { greetingLines } from '../start/greeting.mjs';

const READY_MS = 30_000;

const refuseTakenPort = async ({ port, host }) => {
  if (await isPortFree(port, host)) return;
  throw new SetUpError(
    `Port ${port} on ${host} is taken. Stop the program that listens there, or choose another: PORT=8081 npm start`,
  );
};

/** A person who lost the key of an earlier start must not be stuck: each start makes one, and all stay valid. */
const newKey = () => (process.env.DRYDOCK_API_KEY ? undefined : makeApiKey());

const startExample = async (instance) => {
  if (process.env.NODE_ENV === 'production') return undefined;
  const example = await serveExample(instance);
  say(example ? `the example as a git repository: ${example.url}` : NOT_SERVED);
  return example;
};

const environment = ({ port, host }, key, example) => {
  const hosts = [process.env.DRYDOCK_ALLOW_PRIVATE_HOSTS, example?.host].filter(Boolean).join(',');
  return {
    PORT: String(port),
    HOST: host,
    ...(key && { DRYDOCK_API_KEY: key }),
    ...(hosts && { DRYDOCK_ALLOW_PRIVATE_HOSTS: hosts }),
  };
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
  const where = addressOf(process.env);
  await refuseTakenPort(where);
  await setUp(instance);
  const key = newKey();
  const example = await startExample(instance);
  const env = environment(where, key, example);
  const api = startApp('api', { instance, env });
  const worker = startApp('worker', { instance, env });
  const allEnded = untilAllEnded([api, worker]);
  await waitForHttp(where.livez, api, READY_MS).then(
    () => greetingLines(where.url, key).forEach(say),
    (error) => (api.stop(), say(error.message)),
  );
  await allEnded;
  await example?.close();
}
