import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { effectiveLimits, type SessionId } from '@drydock/domain';
import { attemptClaimContract } from './attempt-claim.contract.ts';
import { attemptFinishContract } from './attempt-finish.contract.ts';
import {
  aBatch,
  allEvents,
  anEnd,
  aRunningTask,
  claimed,
  type MakeStores,
  type StoresUnderTest,
} from './stores-under-test.ts';
import type { AttemptStore, MeteredCall } from '../ports/attempt-store.ts';
import type { Fence } from '../ports/attempt-key.ts';

const aCall = (costUsd: number | null, callId = 'call-1'): MeteredCall => ({
  callId,
  model: 'scripted',
  inputTokens: 10,
  cachedTokens: 4,
  outputTokens: 2,
  costUsd,
  ms: 12.5,
  status: 200,
});

const WRITES: Record<string, (attempts: AttemptStore, fence: Fence) => Promise<unknown>> = {
  appendEvents: (attempts, fence) => attempts.appendEvents(fence, aBatch(1, ['late'])),
  enterPhase: (attempts, fence) => attempts.enterPhase(fence, 'agent'),
  pinBase: (attempts, fence) => attempts.pinBase(fence, { ref: 'main', commit: 'c', tree: 't' }),
  settle: (attempts, fence) =>
    attempts.settle(fence, { limits: effectiveLimits({}), image: { name: 'x', digest: null } }),
  recordCall: (attempts, fence) => attempts.recordCall(fence, aCall(1)),
  finish: (attempts, fence) => attempts.finish(fence, anEnd('agent_stuck')),
};

const fenceContract = (stores: () => StoresUnderTest): void => {
  it.each(Object.keys(WRITES))(
    '%s of a stale attempt throws lease_lost and changes nothing',
    async (name) => {
      const { teamId, id, fence, session } = await aRunningTask(stores());
      await stores().attempts.finish(fence, anEnd('handed_back'));
      const { fence: current } = await claimed(stores(), session);
      expect(current.attempt).toBe(2);
      const before = [await stores().tasks.get(teamId, id), await allEvents(stores(), id)];
      const stale = [fence, { ...current, attempt: 3 }, { ...current, sessionId: 'worker-b:1' as SessionId }];
      for (const wrong of stale)
        await expect(WRITES[name]?.(stores().attempts, wrong)).rejects.toMatchObject({ code: 'lease_lost' });
      expect([await stores().tasks.get(teamId, id), await allEvents(stores(), id)]).toEqual(before);
    },
  );

  it.each(Object.keys(WRITES))('%s of an attempt that has ended throws lease_lost', async (name) => {
    const { fence } = await aRunningTask(stores());
    await stores().attempts.finish(fence, anEnd('changed'));
    await expect(WRITES[name]?.(stores().attempts, fence)).rejects.toMatchObject({ code: 'lease_lost' });
  });
};

/** As a model's tool call may come: parsed from text, deeper than any recursion. */
const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

const eventsContract = (stores: () => StoresUnderTest): void => {
  it('numbers events without a gap while batches and a cancel run side by side', async () => {
    const { teamId, id, fence } = await aRunningTask(stores());
    const batches = Array.from({ length: 20 }, (_, i) =>
      Array.from({ length: i }, (_none, j) => `${String(i)}.${String(j)}`),
    );
    const write = async (): Promise<void> => {
      for (const [i, messages] of batches.entries())
        await stores().attempts.appendEvents(fence, aBatch(i + 1, messages));
    };
    await Promise.all([write(), stores().tasks.cancel(teamId, id)]);
    const events = await allEvents(stores(), id);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 193 }, (_, i) => i + 1));
    expect(events.flatMap((event) => event.message ?? [])).toEqual(batches.flat());
  });

  it('writes a batch once, however often it is told, also while the first try is still under way', async () => {
    const { id, fence } = await aRunningTask(stores());
    const tell = (number: number) =>
      stores().attempts.appendEvents(fence, aBatch(number, [`${String(number)}a`, `${String(number)}b`]));
    for (let number = 1; number <= 10; number++) {
      await Promise.all([tell(number), tell(number), tell(number)]);
      await tell(number);
    }
    const events = await allEvents(stores(), id);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
    expect(events.flatMap((event) => event.message ?? [])).toEqual(
      Array.from({ length: 10 }, (_, i) => [`${String(i + 1)}a`, `${String(i + 1)}b`]).flat(),
    );
  });

  it('refuses a batch after one that was never told', async () => {
    const { id, fence } = await aRunningTask(stores());
    await stores().attempts.appendEvents(fence, aBatch(1, ['a']));
    await expect(stores().attempts.appendEvents(fence, aBatch(3, ['c']))).rejects.toMatchObject({
      code: 'internal',
    });
    expect((await allEvents(stores(), id)).flatMap((event) => event.message ?? [])).toEqual(['a']);
  });

  it('counts the batches of each attempt anew', async () => {
    const { id, fence, session } = await aRunningTask(stores());
    await stores().attempts.appendEvents(fence, aBatch(1, ['first']));
    await stores().attempts.finish(fence, anEnd('handed_back'));
    const { fence: next } = await claimed(stores(), session);
    await stores().attempts.appendEvents(next, aBatch(1, ['second']));
    const events = await allEvents(stores(), id);
    expect(events.flatMap(({ attempt, message }) => (message ? [[attempt, message]] : []))).toEqual([
      [1, 'first'],
      [2, 'second'],
    ]);
  });

  it('keeps whatever an untrusted program says', async () => {
    const { id, fence } = await aRunningTask(stores());
    const at = '2026-01-02T03:04:05.678Z';
    const input = { deep: nested(20_000), 'key\0': ['\udc00', '\\u0000', '{"quoted"}', ',NULL,'] };
    await stores().attempts.appendEvents(fence, {
      number: 1,
      events: [
        { type: 'log', at, payload: { phase: 'agent', stream: 'stdout', text: 'a\0b\ud83d\u2028"\\' } },
        { type: 'agent.tool_call', at, payload: { callId: '1', tool: 'bash', input } },
      ],
    });
    const [, , log, call] = await allEvents(stores(), id);
    expect(log).toEqual({
      ...{ seq: 3, at, attempt: 1, type: 'log', v: 1 },
      ...{ phase: 'agent', stream: 'stdout', text: 'a\uFFFDb\uFFFD\u2028"\\' },
    });
    expect(call?.input).toMatchObject({ 'key\uFFFD': ['\uFFFD', '\\u0000', '{"quoted"}', ',NULL,'] });
  });
};

const settingsContract = (stores: () => StoresUnderTest): void => {
  it('keeps the first base and refuses another one', async () => {
    const { teamId, id, fence } = await aRunningTask(stores());
    const first = { ref: 'main', commit: 'c1', tree: 't1' };
    await stores().attempts.pinBase(fence, first);
    await stores().attempts.pinBase(fence, first);
    for (const other of [
      { ...first, tree: 't2' },
      { ...first, commit: 'c2' },
    ])
      await expect(stores().attempts.pinBase(fence, other)).rejects.toMatchObject({
        code: 'patch_not_exact',
      });
    expect((await stores().tasks.get(teamId, id))?.base).toEqual(first);
  });

  it('shows phase, limits and image as the worker settled them', async () => {
    const { teamId, id, fence, claim } = await aRunningTask(stores());
    const limits = { ...claim.task.limits, cpus: 0.5 };
    await stores().attempts.enterPhase(fence, 'setup');
    await stores().attempts.settle(fence, {
      limits,
      image: { name: 'drydock/other:2', digest: 'sha256:ab' },
    });
    expect(await stores().tasks.get(teamId, id)).toMatchObject({
      phase: 'setup',
      limits,
      image: { name: 'drydock/other:2', digest: 'sha256:ab' },
    });
  });

  it('sums calls over all attempts; one unknown price makes the cost unknown for good', async () => {
    const { fence, session } = await aRunningTask(stores());
    await stores().attempts.recordCall(fence, aCall(0.1));
    const second = await stores().attempts.recordCall(fence, aCall(0.2, 'call-2'));
    expect(second).toEqual({
      ...{ modelCalls: 2, inputTokens: 20, cachedTokens: 8, outputTokens: 4, costUsd: 0.3, agentSeconds: 0 },
    });
    await stores().attempts.finish(fence, anEnd('handed_back', { agentSeconds: 1.5 }));
    const { fence: next } = await claimed(stores(), session);
    expect(await stores().attempts.recordCall(next, aCall(null, 'call-3'))).toMatchObject({ costUsd: null });
    const last = await stores().attempts.recordCall(next, aCall(0.1, 'call-4'));
    expect(last).toMatchObject({ modelCalls: 4, costUsd: null, agentSeconds: 1.5 });
  });

  it('counts a call once, however often it is told', async () => {
    const { fence } = await aRunningTask(stores());
    const first = await stores().attempts.recordCall(fence, aCall(0.1));
    expect(await stores().attempts.recordCall(fence, aCall(0.1))).toEqual(first);
    expect(first).toMatchObject({ modelCalls: 1, inputTokens: 10, costUsd: 0.1 });
  });

  it('counts a call once that is told again while the first try is still under way', async () => {
    const { teamId, id, fence } = await aRunningTask(stores());
    for (let i = 1; i <= 10; i++) {
      const call = aCall(0.5, `call-${String(i)}`);
      const tellings = Array.from({ length: 4 }, () => stores().attempts.recordCall(fence, call));
      for (const usage of await Promise.all(tellings)) expect(usage.modelCalls).toBe(i);
    }
    expect((await stores().tasks.get(teamId, id))?.usage).toMatchObject({ modelCalls: 10, costUsd: 5 });
  });
};

/** Promises of `AttemptStore`, for every adapter of it. */
export const attemptStoreContract = (name: string, make: MakeStores): void => {
  describe(`AttemptStore contract: ${name}`, () => {
    let stores: StoresUnderTest;
    beforeEach(async () => {
      stores = await make();
    });
    afterEach(() => stores.close());
    describe('claimNext', () => {
      attemptClaimContract(() => stores);
    });
    describe('fence', () => {
      fenceContract(() => stores);
    });
    describe('appendEvents', () => {
      eventsContract(() => stores);
    });
    describe('settings and calls', () => {
      settingsContract(() => stores);
    });
    describe('finish', () => {
      attemptFinishContract(() => stores);
    });
  });
};
