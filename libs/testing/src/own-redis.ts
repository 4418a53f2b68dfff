import { randomBytes } from 'node:crypto';
import { ownContainer, type OwnService } from './own-container.ts';

export type OwnRedis = OwnService;

/**
 * A Redis of the test's own, for specs that empty it, cut it off or run a worker on it (0.3 s). It keeps nothing over a
 * restart.
 * @throws Error when Docker or the image `drydock/redis:1` (made by set-up) is missing.
 */
export const ownRedis = (): Promise<OwnRedis> => {
  const password = randomBytes(16).toString('hex');
  return ownContainer({
    name: 'redis',
    port: 6379,
    command: ['--appendonly', 'no', '--save', ''],
    environment: { REDIS_PASSWORD: password },
    readyLog: /Ready to accept connections/,
    urlAt: (address) => `redis://:${password}@${address}`,
  });
};
