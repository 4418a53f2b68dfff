import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { integer, publicUrl } from './values.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Two workers on one host must differ, and a name that is no id must not stop the start. */
const generatedId = (): string => {
  const host = hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return `${(host === '' ? 'worker' : host).slice(0, 48)}-${randomBytes(4).toString('hex')}`;
};

/** `host` is the stable name of the machine, for the reaper's label; `publicUrl` that of the api, for links in pull requests. */
export const WorkerSettings = z
  .object({
    DRYDOCK_WORKER_CONCURRENCY: integer(1, 1000, 2).describe('Attempts at once'),
    DRYDOCK_DELIVERY_CONCURRENCY: integer(1, 100, 2).describe('Deliveries, such as pull requests, at once'),
    DRYDOCK_WORKER_ID: z
      .string()
      .regex(ID, 'must be 1 to 64 letters, digits, ., _ or -')
      .optional()
      .meta({ description: 'Name of the worker, different for each', unset: 'generated' }),
    DRYDOCK_PUBLIC_URL: publicUrl,
    DRYDOCK_WORKER_PORT: integer(0, 65_535, 0).describe('Port of its probes and metrics; 0: any'),
    DRYDOCK_DRAIN_SECONDS: integer(0, 86_400, 60).describe(
      'How long running tasks may go on after SIGTERM before they are handed back',
    ),
    DRYDOCK_LEAST_FREE_DISK_PERCENT: integer(0, 90, 10).describe(
      'Free share of the disks of workspaces and artifacts below which a worker claims nothing',
    ),
    DRYDOCK_LEAST_FREE_MEMORY_MB: integer(0, 1_048_576, 512).describe(
      'Memory that the host must have to spare, else a worker claims nothing; at best what its largest tasks may use',
    ),
  })
  .meta({ title: 'The worker' })
  .transform((env) => ({
    id: env.DRYDOCK_WORKER_ID ?? generatedId(),
    host: hostname(),
    concurrency: env.DRYDOCK_WORKER_CONCURRENCY,
    deliveryConcurrency: env.DRYDOCK_DELIVERY_CONCURRENCY,
    publicUrl: env.DRYDOCK_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    port: env.DRYDOCK_WORKER_PORT,
    drainSeconds: env.DRYDOCK_DRAIN_SECONDS,
    leastFreeDiskShare: env.DRYDOCK_LEAST_FREE_DISK_PERCENT / 100,
    leastFreeMemoryBytes: env.DRYDOCK_LEAST_FREE_MEMORY_MB * 1024 ** 2,
  }));
export type WorkerIdentity = z.output<typeof WorkerSettings>;
