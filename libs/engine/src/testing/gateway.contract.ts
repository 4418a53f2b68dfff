import { describe, expect, it } from '@jest/globals';
import { NO_USAGE, type TaskId } from '@drydock/domain';
import type { MeteredCall } from '../ports/attempt-store.ts';
import type { EndpointSpec, Gateway, GatewayEndpoint } from '../ports/gateway.ts';

export interface GatewayUnderTest {
  readonly gateway: Gateway;
  /** One answered model call of a sandbox through the endpoint; rejects when nothing answers. */
  readonly call: (endpoint: GatewayEndpoint) => Promise<void>;
  readonly close: () => Promise<void>;
}

const specOf = (calls: MeteredCall[], over: Partial<EndpointSpec> = {}): EndpointSpec => ({
  key: { taskId: 'task_00000000000000000000000001' as TaskId, attempt: 1 },
  phase: 'agent',
  llm: {
    model: 'scripted',
    budget: { maxSteps: 10, maxTokens: 1_000_000, maxCostUsd: null },
    spent: NO_USAGE,
    onCall: (call) => {
      calls.push(call);
      return Promise.resolve();
    },
  },
  egress: null,
  onNotice: () => undefined,
  ...over,
});

/** What every gateway keeps to; run by the fake and by the real one. */
export const gatewayContract = (name: string, make: () => Promise<GatewayUnderTest>): void => {
  const within = async (work: (under: GatewayUnderTest) => Promise<void>): Promise<void> => {
    const under = await make();
    await work(under).finally(() => under.close());
  };

  describe(`Gateway contract: ${name}`, () => {
    it('opens with nothing seen yet', () =>
      within(async ({ gateway }) => {
        const endpoint = await gateway.open(specOf([]));
        expect([endpoint.refusal(), endpoint.failure(), endpoint.answeredCalls()]).toEqual([null, null, 0]);
        await endpoint.close();
      }));

    it('reports a call before its reply is there, and counts it', () =>
      within(async ({ gateway, call }) => {
        const calls: MeteredCall[] = [];
        const endpoint = await gateway.open(specOf(calls));
        await call(endpoint);
        expect(calls).toMatchObject([{ model: 'scripted', status: 200 }]);
        expect(calls[0]?.callId).toMatch(/^call_/);
        expect(endpoint.answeredCalls()).toBe(1);
        await endpoint.close();
      }));

    it('closes twice, at once too, and answers nothing afterwards', () =>
      within(async ({ gateway, call }) => {
        const endpoint = await gateway.open(specOf([]));
        await Promise.all([endpoint.close(), endpoint.close()]);
        await endpoint.close();
        await expect(call(endpoint)).rejects.toThrow();
      }));

    it('opens the same attempt again after a close', () =>
      within(async ({ gateway, call }) => {
        await (await gateway.open(specOf([]))).close();
        const again = await gateway.open(specOf([]));
        await call(again);
        await again.close();
      }));

    it('opens an endpoint without any socket', () =>
      within(async ({ gateway, call }) => {
        const endpoint = await gateway.open(specOf([], { llm: null }));
        await expect(call(endpoint)).rejects.toThrow();
        await endpoint.close();
      }));
  });
};
