/** Demos that were killed leave processes and services behind; the next demo ends them. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { killLeftApps } from '../setup/app-process.mjs';
import { instanceOf, ROOT } from '../setup/instance.mjs';
import { isStale } from '../setup/lock.mjs';
import { removeServices } from '../setup/service-containers.mjs';

const PARENT = join(ROOT, '.data');

/** The lock file that says that a demo still runs in its data dir. */
export const demoLock = (instance) => instance.path('demo.lock');

/** Ends what is left of each demo whose process is gone; its results stay. */
export async function endDeadDemos() {
  if (!existsSync(PARENT)) return;
  for (const name of readdirSync(PARENT).filter((entry) => entry.startsWith('demo-'))) {
    const instance = instanceOf(join(PARENT, name));
    if (!existsSync(demoLock(instance)) || !isStale(demoLock(instance))) continue;
    killLeftApps(instance, ['api', 'worker']);
    await removeServices(instance, { purge: true });
    rmSync(demoLock(instance), { force: true });
  }
}
