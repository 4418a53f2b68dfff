/** `npm run build`: the Prisma client, dist/api.mjs, dist/worker.mjs and the sandbox runtime of this instance. */
import { ensureBundles } from '../setup/bundle-apps.mjs';
import { instanceOf } from '../setup/instance.mjs';
import { ensurePrismaClient } from '../setup/prisma-client.mjs';
import { step } from '../setup/progress.mjs';
import { ensureRuntimeTree } from '../setup/runtime-tree.mjs';

export async function main() {
  await step('prisma client', ensurePrismaClient);
  await step('api and worker', ensureBundles);
  await step('sandbox runtime', () => ensureRuntimeTree(instanceOf()));
}
