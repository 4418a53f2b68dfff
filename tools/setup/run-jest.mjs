/** Runs Jest and adds its results to the tally. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { jestArgs } from '../checks.mjs';
import { NODE } from './dependencies.mjs';
import { runForeground } from './foreground.mjs';
import { ROOT } from './instance.mjs';
import { say } from './progress.mjs';
import { SetUpError } from './set-up-error.mjs';

const POLL_MS = 1_000;
/** Jest ends at once after its report, unless a spec left something open. */
const END_MS = 30_000;

/** Aborts when the report has been there for longer than Jest needs to end. */
function afterReport(file, endMs = END_MS) {
  const late = new AbortController();
  let waitedMs = 0;
  const timer = setInterval(() => {
    if (existsSync(file)) waitedMs += POLL_MS;
    if (waitedMs > endMs) late.abort();
  }, POLL_MS);
  late.signal.addEventListener('abort', () => clearInterval(timer));
  return { signal: late.signal, stop: () => clearInterval(timer) };
}

/**
 * Runs Jest to its end. One that has reported and does not end is ended: what a spec forgot to close takes nothing from its
 * results, but would hold everybody up for ever.
 * @returns its exit code; 0 for one that was ended.
 */
export async function runToReport(command, args, reportFile, options, endMs) {
  const late = afterReport(reportFile, endMs);
  try {
    return await runForeground(command, args, { ...options, signal: late.signal, killSignal: 'SIGKILL' });
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
    say(
      'Jest did not end by itself: a spec left something open (run it with --detectOpenHandles). It was ended.',
    );
    return 0;
  } finally {
    late.stop();
  }
}

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
    const code = await runToReport(NODE, all, outputFile, {
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
