import { describe, expect, it } from '@jest/globals';
import { connectionOptions } from './connection-options.ts';
import { queueModuleOptions } from './queue-module.ts';

describe('connectionOptions', () => {
  it('never pauses more than 2 s between two tries', () => {
    const { retryStrategy } = connectionOptions('redis://x', 'consumer');
    expect([1, 2, 5, 20, 1e6].map(retryStrategy)).toEqual([100, 200, 1_600, 2_000, 2_000]);
  });

  it('lets only the producer give up', () => {
    expect(connectionOptions('redis://x', 'producer')).toMatchObject({
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: 500,
    });
    for (const role of ['consumer', 'subscriber'] as const) {
      expect(connectionOptions('redis://x', role)).toMatchObject({ maxRetriesPerRequest: null });
      expect(connectionOptions('redis://x', role)).not.toHaveProperty('commandTimeout');
    }
  });

  it('gives the worker the patient one, and telemetry only when there is any', () => {
    const options = queueModuleOptions({ url: 'redis://x', prefix: 'p' });
    expect(options).toMatchObject({ prefix: 'p', connection: { connectionName: 'drydock-consumer' } });
    expect(options).not.toHaveProperty('telemetry');
  });
});
