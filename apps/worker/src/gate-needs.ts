import type { WorkerConfig } from '@drydock/config';
import type { Answerer, ArtifactStore, Gauge, Sandboxes, Workspaces } from '@drydock/engine';
import { availableMemory, freeShareOf } from '@drydock/sandbox';
import { mkdir } from 'node:fs/promises';

/** A closed gate opens when there is this much more than the bound. */
const ABOVE = 1.2;
const MIB = 1024 ** 2;

/** A network disk that is gone hangs rather than fails. */
const STORE_CHECK_MS = 2_000;

const percent = (share: number): string => `${String(Math.floor(share * 100))} %`;
const mebibytes = (bytes: number): string => `${String(Math.floor(bytes / MIB))} MiB`;

const inTime = async (work: Promise<void>): Promise<void> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, STORE_CHECK_MS, new Error('it hangs'));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** What a worker must have before it claims, with the bounds of the configuration. */
export const gateNeeds = (
  bounds: Pick<WorkerConfig['worker'], 'leastFreeDiskShare' | 'leastFreeMemoryBytes'>,
  host: {
    sandboxes: Pick<Sandboxes, 'ping'>;
    workspaces: Pick<Workspaces, 'freeShare'>;
    artifacts: Pick<ArtifactStore, 'check'>;
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
    answerers: [
      { name: 'Docker', ask: () => host.sandboxes.ping() },
      { name: 'the artifact store', ask: () => inTime(host.artifacts.check()) },
    ],
  };
};
