import type { WorkerConfig } from '@drydock/config';
import type { Answerer, Gauge, Sandboxes, Workspaces } from '@drydock/engine';
import { availableMemory, freeShareOf } from '@drydock/sandbox';
import { mkdir } from 'node:fs/promises';

/** A closed gate opens when there is this much more than the bound. */
const ABOVE = 1.2;
const MIB = 1024 ** 2;

const percent = (share: number): string => `${String(Math.floor(share * 100))} %`;
const mebibytes = (bytes: number): string => `${String(Math.floor(bytes / MIB))} MiB`;

/** What a worker must have before it claims, with the bounds of the configuration. */
export const gateNeeds = (
  bounds: Pick<WorkerConfig['worker'], 'leastFreeDiskShare' | 'leastFreeMemoryBytes'>,
  host: {
    sandboxes: Pick<Sandboxes, 'ping'>;
    workspaces: Pick<Workspaces, 'freeShare'>;
    artifactsDirectory: string;
  },
): { gauges: readonly Gauge[]; answerers: readonly Answerer[] } => {
  const disk = (name: string, read: () => Promise<number>): Gauge => ({
    name,
    read,
    closesBelow: bounds.leastFreeDiskShare,
    opensAt: bounds.leastFreeDiskShare * ABOVE,
    show: percent,
  });
  return {
    gauges: [
      disk('the disk of the workspaces', () => host.workspaces.freeShare()),
      disk('the disk of the artifacts', async () => {
        await mkdir(host.artifactsDirectory, { recursive: true });
        return freeShareOf(host.artifactsDirectory);
      }),
      {
        name: 'the memory of the host',
        read: availableMemory,
        closesBelow: bounds.leastFreeMemoryBytes,
        opensAt: bounds.leastFreeMemoryBytes * ABOVE,
        show: mebibytes,
      },
    ],
    answerers: [{ name: 'Docker', ask: () => host.sandboxes.ping() }],
  };
};
