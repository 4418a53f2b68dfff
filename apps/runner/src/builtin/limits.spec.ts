import { describe, expect, it } from '@jest/globals';
import type { AgentJob } from '@drydock/contracts';
import { Limits } from './limits.ts';

const job = (limits: Partial<AgentJob>): AgentJob => ({
  kind: 'agent',
  harness: 'builtin',
  command: [],
  model: 'm',
  description: '',
  instructions: null,
  agentsMd: null,
  focusPaths: [],
  maxSteps: 1000,
  maxTokens: 1_000_000,
  maxCostUsd: null,
  timeoutSeconds: 1000,
  ...limits,
});
const usage = (tokens: number, cost?: number) => ({
  prompt_tokens: tokens,
  completion_tokens: 0,
  total_tokens: tokens,
  ...(cost === undefined ? {} : { cost }),
});

describe('the limits of a job', () => {
  it('warn once per threshold', () => {
    const limits = new Limits(job({ maxTokens: 100 }));
    const seen = Array.from({ length: 10 }, () => {
      limits.charge(usage(10));
      return limits.warnings().length;
    });
    expect(seen).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
    expect(limits.exhausted()).toMatchObject({ code: 'budget' });
  });

  it('warn of the end of time, which the worker brings', () => {
    let now = 0;
    const limits = new Limits(job({ timeoutSeconds: 100 }), () => now);
    expect(limits.warnings()).toEqual([]);
    now = 96_000;
    expect(limits.warnings()).toEqual([expect.stringMatching(/96 % of the 100 seconds[^]*finish now/)]);
    now = 200_000;
    expect(limits.exhausted()).toBeNull();
  });

  it.each([undefined, null, 7, 'many'])('charge an answer with the usage %j as a step', (nonsense) => {
    const limits = new Limits(job({ maxSteps: 1 }));
    limits.charge(nonsense);
    expect(limits.exhausted()).toMatchObject({ ok: false, code: 'step_limit' });
  });

  it('count the cost where it is told', () => {
    const limits = new Limits(job({ maxCostUsd: 0.5 }));
    limits.charge(usage(1));
    expect(limits.exhausted()).toBeNull();
    limits.charge(usage(1, 0.5));
    expect(limits.exhausted()).toMatchObject({ code: 'budget' });
  });
});
