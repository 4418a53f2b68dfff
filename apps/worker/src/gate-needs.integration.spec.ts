import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClaimGate } from '@drydock/engine';
import { gateNeeds } from './gate-needs.ts';

const MIB = 1024 ** 2;

describe('The needs of a worker, on a small disk of its own', () => {
  let disk: string;
  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), 'dd-gate-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', disk]);
  });
  afterEach(async () => {
    execFileSync('umount', [disk]);
    await rm(disk, { recursive: true });
  });
  const gateOf = (leastFreeMemoryBytes: number, check = (): Promise<void> => Promise.resolve()): ClaimGate =>
    new ClaimGate(
      gateNeeds(
        { leastFreeDiskShare: 0.1, leastFreeMemoryBytes },
        {
          sandboxes: { ping: () => Promise.resolve() },
          workspaces: { freeShare: () => Promise.resolve(1) },
          artifacts: { check },
          artifactsDirectory: join(disk, 'artifacts'),
        },
      ),
    );

  it('close the gate when the disk of the artifacts is full, and open it when there is room again', async () => {
    const gate = gateOf(0);
    await gate.refresh();
    expect(gate.problems).toEqual([]);
    await writeFile(join(disk, 'much'), Buffer.alloc(9.5 * MIB, 1));
    await gate.refresh();
    expect(gate.problems).toEqual([
      expect.stringMatching(/the disk of the artifacts: \d % free, 10 % needed/),
    ]);
    await rm(join(disk, 'much'));
    await gate.refresh();
    expect(gate.isOpen).toBe(true);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('read-only'))],
    ['hangs', () => new Promise<void>(() => undefined)],
  ])('close it while the store of the artifacts %s', async (_name, check) => {
    const gate = gateOf(0, check);
    await gate.refresh();
    expect(gate.problems).toEqual(['the artifact store does not answer']);
  });

  it('close it when the host cannot spare the memory', async () => {
    const gate = gateOf(1024 ** 5);
    await gate.refresh();
    expect(gate.problems).toEqual([expect.stringContaining('not enough of the memory of the host')]);
  });
});
