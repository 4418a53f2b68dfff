import { describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import type { FakePlay } from '../testing/fake-runner.ts';
import { CHANGED, KEY, workerInMemory } from '../testing/worker-in-memory.ts';

const PATIENCE_MS = 10_000;

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

  it('masks the message of an end whose artifacts could not be stored', async () => {
    const it = workerInMemory();
    it.artifacts.put = () => Promise.reject(new AppError('store_failed', 'refused: the-source-token'));
    await it.run();
    expect(it.attempts.end?.error?.message).toBe('refused: [redacted]');
  });

  it('bounds the notices that a sandbox can put into the history', async () => {
    const agent: FakePlay = ({ say }) => {
      for (let i = 0; i < 3000; i++) {
        say({ type: 'notice', code: 'forged', message: `notice ${String(i)}` });
        say({ type: 'log_dropped', bytes: 1 });
      }
      return Promise.resolve(undefined);
    };
    const it = workerInMemory({}, { agent });
    await it.run();
    const notices = it.attempts.events.filter(({ type }) => type === 'notice');
    expect(notices.length).toBeLessThanOrEqual(1001);
    expect(notices.at(-1)?.payload).toMatchObject({ code: 'notices_truncated' });
    expect(it.attempts.end?.outcome).toBe('changed');
  });

  it.each(['enterPhase', 'pinBase', 'settle', 'recordCall'] as const)(
    'goes on when the database was away for a moment at %s',
    async (write) => {
      const agent: FakePlay = async () => {
        await it.gateway.endpoints[0]?.call();
        return undefined;
      };
      const it = workerInMemory({}, { agent });
      const inner = it.attempts[write].bind(it.attempts) as (...given: never[]) => Promise<never>;
      let left = 2;
      it.attempts[write] = (...given: never[]): Promise<never> =>
        left-- > 0
          ? Promise.reject(new AppError('service_unavailable', 'The database does not answer.'))
          : inner(...given);
      await it.run();
      expect(it.attempts.end?.outcome).toBe('changed');
      expect(left).toBeLessThan(0);
    },
    PATIENCE_MS,
  );

  it('masks a secret before it cuts a long text', async () => {
    const agent: FakePlay = ({ say }) => {
      say({ type: 'agent_message', text: `${'x'.repeat(64 * 1024 - 4096 - 5)}the-source-token` });
      return Promise.resolve(undefined);
    };
    const it = workerInMemory({}, { agent });
    await it.run();
    const [message] = it.attempts.events.filter(({ type }) => type === 'agent.message');
    expect(JSON.stringify(message)).not.toContain('xthe-s');
  });

  it('bounds the bytes that an agent can put into the history', async () => {
    const text = 'ü'.repeat(100_000);
    const agent: FakePlay = async ({ say }) => {
      for (let i = 0; i < 1200; i++) {
        say({ type: 'agent_message', text });
        // As a socket would: a process that is kept from its timers for a whole lease counts as asleep.
        if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      return undefined;
    };
    const it = workerInMemory({}, { agent });
    await it.run();
    const events = it.attempts.events.filter(({ type }) => type === 'agent.message');
    const sizes = events.map(({ payload }) => Buffer.byteLength(JSON.stringify(payload)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(65 * 1024 ** 2);
    expect(JSON.stringify(it.attempts.events)).toContain('agent_events_truncated');
  });

  it('stops watching the disk when the egress socket cannot be opened', async () => {
    const network = { setup: { mode: 'allowlist' as const, allow: ['example.com'] } };
    const it = workerInMemory({ setup: ['npm ci'], network });
    it.gateway.openError = new AppError('sandbox_failed', 'No socket.');
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await it.run();
    expect(it.attempts.end).toMatchObject({ outcome: 'infrastructure' });
    expect(timers()).toBe(before);
  });

  it('counts the calls of this attempt in the figures of the task', async () => {
    const agent: FakePlay = async () => {
      await it.gateway.endpoints[0]?.call();
      return undefined;
    };
    const it = workerInMemory({}, { agent });
    const told: unknown[] = [];
    it.telemetry.taskFinished = (...given) => void told.push(given);
    await it.run();
    expect(told).toEqual([['changed', expect.objectContaining({ modelCalls: 1, inputTokens: 100 })]]);
  });

  it.each([
    ['trees differ and the patch is empty', { ...CHANGED, patchBytes: 0 }],
    ['trees are equal and there is a patch', { ...CHANGED, resultTree: CHANGED.baseTree }],
  ])('rejects a result whose %s', async (_name, collect) => {
    const it = workerInMemory({}, { collect: () => Promise.resolve({ collect }) });
    await it.run();
    expect(it.attempts.end).toMatchObject({
      outcome: 'patch_rejected',
      resultTree: null,
      artifacts: [{}, {}],
    });
  });

  it('leaves no container when the disk use cannot be measured beside collect', async () => {
    const it = workerInMemory();
    it.workspaces.diskUse = () => Promise.reject(new AppError('sandbox_failed', 'du took too long.'));
    await it.run();
    expect(it.attempts.end).toMatchObject({ outcome: 'infrastructure', error: { code: 'sandbox_failed' } });
    expect(it.sandboxes.started.map(({ plan }) => plan.phase)).toEqual(['agent', 'collect']);
    expect(it.sandboxes.left).toEqual([]);
  });
});
