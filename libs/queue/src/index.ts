export { RedisEventHints } from './redis-event-hints.ts';
export { RedisWakeUps } from './redis-wake-ups.ts';
export { queueModuleOptions, type WakeUpJob } from './queue-module.ts';
export { WORKER_OPTIONS } from './worker-options.ts';
