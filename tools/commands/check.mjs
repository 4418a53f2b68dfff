/** `npm run check [-- <name>...]`: format, lint, types and the specs that need no services; names pick some of them. */
import { CHECKS } from '../checks.mjs';
import { ROOT } from '../setup/instance.mjs';
import { ensurePrismaClient } from '../setup/prisma-client.mjs';
import { runNamedChecks } from '../setup/run-checks.mjs';
import { runJest } from '../setup/run-jest.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';

const UNIT_ONLY = [
  '--testPathIgnorePatterns',
  '\\.integration\\.spec\\.ts$',
  '/node_modules/',
  `${ROOT}/e2e/`,
];

export async function main(args) {
  const names = args.length > 0 ? args : [...Object.keys(CHECKS), 'unit'];
  const unknown = names.find((name) => name !== 'unit' && !Object.hasOwn(CHECKS, name));
  if (unknown)
    throw new SetUpError(`Unknown check ${unknown}; known: ${Object.keys(CHECKS).join(', ')}, unit`);
  const tally = { passed: 0, failed: 0 };
  await ensurePrismaClient();
  await runNamedChecks(
    tally,
    names.filter((name) => name !== 'unit'),
  );
  if (names.includes('unit')) await runJest(tally, UNIT_ONLY, { NODE_ENV: 'test' });
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  if (tally.failed > 0) process.exitCode = 1;
}
