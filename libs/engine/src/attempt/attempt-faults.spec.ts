import { describe, expect, it } from '@jest/globals';
import type { FakePlay } from '../testing/fake-runner.ts';
import { KEY, workerInMemory } from '../testing/worker-in-memory.ts';

describe('faults around an attempt', () => {
  it('judges disk use by the limit that the repository tightened', async () => {
    const agent: FakePlay = async () => {
      it.workspaces.put(KEY, { area: 'work', name: 'noise' }, Buffer.alloc(60 * 1024 ** 2));
      return Promise.resolve(undefined);
    };
    const it = workerInMemory({}, { agent });
    it.sources.facts = { ...it.sources.facts, configText: 'limits: { diskMb: 50 }' };
    await it.run();
    expect(it.attempts.end).toMatchObject({
      outcome: 'disk_exceeded',
      error: { code: 'disk_limit_reached' },
    });
  });
});
