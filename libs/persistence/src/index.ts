export { connectDatabase } from './database.ts';
export { deleteExpired } from './delete-expired.ts';
export { PgApiKeyStore } from './pg-api-key-store.ts';
export { PgAttemptStore } from './pg-attempt-store.ts';
export { PgEventLog } from './pg-event-log.ts';
export { PgSessionStore } from './pg-session-store.ts';
export { PgTaskStore } from './pg-task-store.ts';
export { Sealer } from './sealer.ts';
