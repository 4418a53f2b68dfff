import type { Job, QueueOptions } from 'bullmq';
import { connectionOptions } from './connection-options.ts';
import type { RedisSettings } from './redis-settings.ts';

/** What a processor's `process(job, token?, signal?)` is given; its data is parsed by the catalogue before it is believed. */
export type WakeUpJob = Job<unknown, void>;

/** Options for `BullModule.forRoot`: all processors of the worker share them. No queue needs to be registered. */
export const queueModuleOptions = ({
  url,
  prefix,
  telemetry,
}: Omit<RedisSettings, 'log'>): Pick<QueueOptions, 'connection' | 'prefix' | 'telemetry'> => ({
  connection: { ...connectionOptions(url, 'consumer') },
  prefix,
  ...(telemetry && { telemetry }),
});
