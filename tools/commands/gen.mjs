/** `npm run gen`: makes every generated file again: the Prisma client, docs/openapi.json, the SDK's types and docs/reference. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { NODE } from '../setup/dependencies.mjs';
import { runForeground } from '../setup/foreground.mjs';
import { ROOT } from '../setup/instance.mjs';
import { ensurePrismaClient } from '../setup/prisma-client.mjs';
import { step } from '../setup/progress.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';

// In this order: the types of the SDK are made from the description of the API.
const GENERATORS = [
  'apps/api/src/openapi/write-openapi.ts',
  'libs/sdk/generate-types.mjs',
  'tools/reference/write-reference.ts',
  'apps/cli/src/reference/write-reference.ts',
];

export async function main() {
  await step('prisma client', ensurePrismaClient);
  for (const generator of GENERATORS.filter((file) => existsSync(join(ROOT, file)))) {
    const code = await runForeground(NODE, ['--import', join(ROOT, 'tools/ts.mjs'), generator], {
      cwd: ROOT,
    });
    if (code !== 0) throw new SetUpError(`${generator}: exit ${code}`);
  }
}
