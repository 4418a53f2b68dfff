/** Redis and PostgreSQL of one instance: those the environment names, else containers of our own. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';

import { step } from './progress.mjs';
import { ensureService } from './service-containers.mjs';
import { waitUntilReady } from './service-ready.mjs';
import { SERVICES } from './service-specs.mjs';

const ensureOne = async (service, instance, options) => {
  const given = process.env[SERVICES[service].variable];
  if (given) {
    await step(`${service} (${SERVICES[service].variable})`, () => waitUntilReady(service, given));
    return given;
  }
  return step(`${service} ${instance.serviceName(service)}`, async () => {
    const url = await ensureService(service, instance, options);
    await waitUntilReady(service, url);
    return { url };
  }).then(({ url }) => url);
};

const writeServicesFile = (instance, urls) => {
  mkdirSync(instance.directory, { recursive: true });
  const draft = `${instance.servicesFile}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(urls, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, instance.servicesFile);
};

/**
 * Makes sure that both services answer, and writes `<data dir>/services.json` for those who start later.
 * @returns `{ databaseUrl, redisUrl }`.
 */
export async function ensureServices(instance, options) {
  const [databaseUrl, redisUrl] = await Promise.all([
    ensureOne('postgres', instance, options),
    ensureOne('redis', instance, options),
  ]);
  writeServicesFile(instance, { databaseUrl, redisUrl });
  return { databaseUrl, redisUrl };
}
