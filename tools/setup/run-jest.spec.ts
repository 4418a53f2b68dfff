import { afterAll, describe, expect, it } from '@jest/globals';

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests, runToReport } from './run-jest.mjs';

describe('countTests', () => {
  it('counts a file that could not be loaded as a failed test', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      testResults: [
        { status: 'passed', assertionResults: [{ status: 'passed' }] },
        { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
        { status: 'failed', assertionResults: [] },
      ],
    };
    expect(countTests(report)).toEqual({ passed: 3, failed: 2 });
  });
});

describe('runToReport', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-run-jest-'));
  const report = join(folder, 'report.json');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const run = (script: string) =>
    runToReport(process.execPath, ['-e', script], report, { stdio: 'ignore' }, 1_000);

  it('gives the exit code of a run that ends', async () => {
    await expect(run('process.exit(3)')).resolves.toBe(3);
  });

  it('ends a run that has reported and goes on', async () => {
    const listeners = process.listenerCount('SIGINT');
    await expect(
      run(`fs.writeFileSync(${JSON.stringify(report)}, ''); setInterval(() => {}, 1000)`),
    ).resolves.toBe(0);
    // Else Ctrl-C would be passed on to a program that is gone.
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });
});
