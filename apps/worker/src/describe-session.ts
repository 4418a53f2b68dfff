import { randomBytes } from 'node:crypto';
import type { WorkerConfig } from '@drydock/config';
import type { SessionId } from '@drydock/domain';
import type { SessionInfo } from '@drydock/engine';

/** A session is a worker id and a nonce: the same worker started again is another session. */
export const describeSession = (config: WorkerConfig): SessionInfo => {
  const bootNonce = randomBytes(8).toString('hex');
  return {
    id: `${config.worker.id}:${bootNonce}` as SessionId,
    workerId: config.worker.id,
    bootNonce,
    host: config.worker.host,
    version: config.version,
    concurrency: config.worker.concurrency,
  };
};
