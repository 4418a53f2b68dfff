/** Runs Jest and adds its results to the tally. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { jestArgs } from '../checks.mjs';
import { NODE } from './dependencies.mjs';
import { runForeground } from './foreground.mjs';
import { ROOT } from './instance.mjs';
import { SetUpError } from './set-up-error.mjs';

/** Passed and failed tests of a Jest JSON report; a file that could not run counts as one failed test. */
export function countTests(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles };
}

/**
 * Runs Jest with these arguments.
 * @throws SetUpError when no test ran at all: silence must not look like success.
 */
export async function runJest(tally, args, env) {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-jest-'));
  const outputFile = join(folder, 'report.json');
  try {
    const all = jestArgs(...args, '--json', `--outputFile=${outputFile}`);
    // The report also goes to standard output, where nobody wants to read it.
    const code = await runForeground(NODE, all, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const { passed, failed } = countTests(JSON.parse(readFileSync(outputFile, 'utf8')));
    tally.passed += passed;
    tally.failed += failed;
    if (passed + failed === 0) throw new SetUpError('No test ran.');
    if (code !== 0 && failed === 0)
      throw new SetUpError(`Jest ended with exit code ${code} although no test failed.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
