import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wasWrittenBefore } from './setup-changes.ts';

describe('what setup left behind', () => {
  const directory = mkdtempSync(join(tmpdir(), 'drydock-setup-'));
  const file = join(directory, 'file');
  writeFileSync(file, 'x');
  const writtenMs = statSync(file).ctimeMs;

  it('is told from what came later', () => {
    expect([wasWrittenBefore(file, writtenMs + 1), wasWrittenBefore(file, writtenMs)]).toEqual([true, false]);
  });

  it('cannot be feigned by setting the times of a file back', () => {
    const agentStartedMs = Date.now() - 1000;
    utimesSync(file, 0, 0);
    expect(wasWrittenBefore(file, agentStartedMs)).toBe(false);
  });

  it('is nothing that is gone', () => {
    rmSync(directory, { recursive: true });
    expect(wasWrittenBefore(file, Date.now() + 1000)).toBe(false);
  });
});
