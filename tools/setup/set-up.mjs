/** The whole set-up of one instance, in order. Every step looks first and does only what is missing. */
import { mkdirSync } from 'node:fs';

import { hasSchema } from '../migrate/migration-files.mjs';
import { deploy } from '../migrate/migrations.mjs';
import { ensureBaseImage } from './base-image.mjs';
import { ensureWeb } from './build-web.mjs';
import { ensureBundles } from './bundle-apps.mjs';
import { ensureEngine } from './engine.mjs';
import { ensureHostPrograms } from './host-programs.mjs';
import { ensureImage } from './images.mjs';
import { ROOT, sharedLock, shortHash } from './instance.mjs';
import { withLock } from './lock.mjs';
import { ensurePrismaClient } from './prisma-client.mjs';
import { say, step } from './progress.mjs';
import { ensureRuntimeTree } from './runtime-tree.mjs';
import { SERVICES } from './service-specs.mjs';
import { ensureServices } from './services.mjs';

const locked = (file, name, work) =>
  withLock(file, work, { onWait: () => say(`${name}: waiting for another set-up`) });

/** Images of services that the environment names are not needed. */
const neededImages = () => [
  'toolbox',
  ...Object.keys(SERVICES).filter((name) => !process.env[SERVICES[name].variable]),
];

const prepareImages = () =>
  locked(sharedLock('images'), 'images', async () => {
    await step('base image', ensureBaseImage);
    for (const name of neededImages()) await step(`${name} image`, () => ensureImage(name));
  });

const prepareCode = (instance) =>
  locked(sharedLock(`build-${shortHash(ROOT)}`), 'build', async () => {
    await step('prisma client', ensurePrismaClient);
    await step('api and worker', ensureBundles);
    await step('pages', ensureWeb);
    await step('sandbox runtime', () => ensureRuntimeTree(instance));
  });

const migrate = async (databaseUrl) => {
  if (!hasSchema()) return 'skipped: no schema yet';
  const names = await deploy(databaseUrl);
  return names.length > 0 ? `applied ${names.join(', ')}` : 'there';
};

const prepareServices = async (instance, options) => {
  await locked(sharedLock('engine'), 'docker engine', async () => {
    await step('git', ensureHostPrograms);
    await step('docker engine', () => ensureEngine(instance.path('dockerd.log')));
  });
  await prepareImages();
  const urls = await ensureServices(instance, options);
  await step('migrations', () => migrate(urls.databaseUrl));
  return urls;
};

/**
 * Sets up one instance: engine, images, services and migrations, beside what is made from the sources.
 * @param instance - from `instanceOf`.
 * @param options.durable - see `ensureService`.
 * @returns the URLs of its services.
 */
export async function setUp(instance, { durable = true } = {}) {
  mkdirSync(instance.directory, { recursive: true });
  return locked(instance.path('set-up.lock'), 'set-up', async () => {
    const both = [prepareServices(instance, { durable }), prepareCode(instance)];
    await Promise.allSettled(both); // never leave one half running behind a failure of the other
    const [urls] = await Promise.all(both);
    return urls;
  });
}
