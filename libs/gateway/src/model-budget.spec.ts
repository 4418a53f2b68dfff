import { afterEach, describe, expect, it } from '@jest/globals';
import { GatewayRig, type RigOptions } from './testing/gateway-rig.ts';

let rig: GatewayRig;
afterEach(() => rig.close());
const open = async (options: RigOptions): Promise<GatewayRig> => (rig = await GatewayRig.open(options));

describe('the budget at the socket', () => {
  it('holds against five calls at once', async () => {
    await open({ budget: { maxSteps: 2 }, script: { turns: [{ when: {}, reply: 'ok', delayMs: 50 }] } });
    const answers = await Promise.all(Array.from({ length: 5 }, () => rig.chat({})));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(2);
    const refused = answers.filter((answer) => answer.status === 400);
    expect(refused).toHaveLength(3);
    expect(JSON.parse(refused[0]?.text ?? '')).toMatchObject({
      error: {
        code: 'budget_exceeded',
        type: 'invalid_request_error',
        message: expect.stringContaining('maxSteps'),
      },
    });
    expect(rig.model.calls).toHaveLength(2);
    expect(rig.endpoint.refusal()).toMatchObject({ code: 'step_limit_reached', outcome: 'budget_exceeded' });
    expect(rig.endpoint.failure()).toBeNull();
  });

  it('refuses a call whose own bound does not fit, and tells a call without one what is left', async () => {
    await open({ budget: { maxTokens: 2000 } });
    expect(await rig.chat({ max_completion_tokens: 3000 })).toMatchObject({ status: 400 });
    expect(await rig.chat({})).toMatchObject({ status: 200 });
    const sent = rig.model.calls[0]?.body as { max_completion_tokens: number };
    expect(sent.max_completion_tokens).toBeGreaterThan(1000);
    expect(sent.max_completion_tokens).toBeLessThan(2000);
  });

  it('counts a bound once per choice', async () => {
    await open({ budget: { maxTokens: 2000 } });
    expect(await rig.chat({ max_tokens: 600 })).toMatchObject({ status: 200 });
    expect(await rig.chat({ max_tokens: 600, n: 4 })).toMatchObject({ status: 400 });
  });

  it('spends what the provider counted', async () => {
    const usage = { inputTokens: 900, outputTokens: 100 };
    await open({ budget: { maxTokens: 1500 }, script: { turns: [{ when: {}, reply: 'ok', usage }] } });
    expect(await rig.chat({ max_tokens: 100 })).toMatchObject({ status: 200 });
    expect(await rig.chat({ max_tokens: 600 })).toMatchObject({ status: 400 });
    expect(rig.endpoint.refusal()).toMatchObject({ code: 'token_limit_reached' });
  });

  it('refuses a model without a price under a cost limit', async () => {
    await open({ budget: { maxCostUsd: 1 } });
    expect(await rig.chat({ model: 'nobody-knows' })).toMatchObject({ status: 400 });
    expect(rig.endpoint.refusal()).toMatchObject({ code: 'model_price_unknown' });
    expect(await rig.chat({})).toMatchObject({ status: 200 });
  });
});
