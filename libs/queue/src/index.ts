export { connectionOptions, type ConnectionRole, type RedisConnectionOptions } from './connection-options.ts';
export { RedisEventHints } from './redis-event-hints.ts';
export type { RedisSettings } from './redis-settings.ts';
export { RedisWakeUps } from './redis-wake-ups.ts';
export { queueModuleOptions, type WakeUpJob } from './queue-module.ts';
export { WORKER_OPTIONS } from './worker-options.ts';
