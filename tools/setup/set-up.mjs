/** The whole set-up of one instance, in order. Every step looks first and does only what is missing. */
import { mkdirSync } from 'node:fs';

import { ensureBaseImage } from './base-image.mjs';
import { ensureEngine } from './engine.mjs';
import { ensureImage } from './images.mjs';
import { sharedLock } from './instance.mjs';
import { withLock } from './lock.mjs';
import { say, step } from './progress.mjs';
import { ensureServices } from './services.mjs';

const locked = (file, name, work) =>
  withLock(file, work, { onWait: () => say(`${name}: waiting for another set-up`) });

const ensureImages = () =>
  locked(sharedLock('images'), 'images', async () => {
    await step('base image', ensureBaseImage);
    await step('toolbox image', () => ensureImage('toolbox'));
    await step('postgres image', () => ensureImage('postgres'));
    await step('redis image', () => ensureImage('redis'));
  });

/**
 * Sets up one instance.
 * @param instance - from `instanceOf`.
 * @param options.durable - see `ensureService`.
 * @returns the URLs of its services.
 */
export async function setUp(instance, { durable = true } = {}) {
  mkdirSync(instance.directory, { recursive: true });
  return locked(instance.path('set-up.lock'), 'set-up', async () => {
    await locked(sharedLock('engine'), 'docker engine', () =>
      step('docker engine', () => ensureEngine(instance.path('dockerd.log'))),
    );
    await ensureImages();
    return ensureServices(instance, { durable });
  });
}
