/** `npm run build`: the Prisma client, dist/api.mjs, dist/worker.mjs, dist/cli.mjs, the pages in dist/web and the sandbox runtime of this instance. */
import { ensureWeb } from '../setup/build-web.mjs';
import { ensureBundles } from '../setup/bundle-apps.mjs';
import { instanceOf } from '../setup/instance.mjs';
import { ensurePrismaClient } from '../setup/prisma-client.mjs';
import { step } from '../setup/progress.mjs';
import { ensureRuntimeTree } from '../setup/runtime-tree.mjs';

export async function main() {
  await step('prisma client', ensurePrismaClient);
  await step('api, worker and command', ensureBundles);
  await step('pages', ensureWeb);
  await step('sandbox runtime', () => ensureRuntimeTree(instanceOf()));
}
