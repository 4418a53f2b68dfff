import { describe, expect, it } from '@jest/globals';
import { TaskRequest, type RepositoryConfig, type TaskRequestInput } from '@drydock/contracts';
import { AppError, effectiveLimits } from '@drydock/domain';
import type { z } from 'zod';
import type { TaskRecord } from '../ports/task-record.ts';
import { planAttempt } from './attempt-plan.ts';

const rules = { allowedImages: ['drydock/*'], allowFullNetwork: false, hostCpus: 2 };

const plan = (
  request: Partial<TaskRequestInput>,
  config: z.infer<typeof RepositoryConfig> = {},
  hasSetupScript = false,
) => {
  const parsed = TaskRequest.parse({ description: 'x', ...request });
  const task = {
    request: parsed,
    image: { name: 'drydock/toolbox:1', digest: null },
    limits: effectiveLimits(parsed.limits),
  };
  return planAttempt({ task: task as unknown as TaskRecord, config, hasSetupScript, rules });
};

describe('the plan of an attempt', () => {
  it('lets the request win over the repository', () => {
    const made = plan(
      { setup: ['mine'], image: 'drydock/a:1', limits: { timeoutSeconds: 7 } },
      { setup: ['theirs'], image: 'drydock/b:1', limits: { timeoutSeconds: 9 } },
    );
    expect(made).toMatchObject({ setup: ['mine'], image: 'drydock/a:1', limits: { timeoutSeconds: 7 } });
  });

  it('takes from the repository what the request leaves open', () => {
    expect(plan({}, { setup: ['theirs'], verify: ['check'], image: 'drydock/b:1' })).toMatchObject({
      setup: ['theirs'],
      verify: ['check'],
      image: 'drydock/b:1',
    });
  });

  it('lets limits of the repository only tighten', () => {
    expect(plan({}, { limits: { memoryMb: 65_536, pids: 64 } }).limits).toMatchObject({
      memoryMb: 4096,
      pids: 64,
    });
  });

  it('runs .drydock/setup.sh only when nobody names a setup', () => {
    expect(plan({}, {}, true).setup).toEqual(['bash .drydock/setup.sh']);
    expect(plan({ setup: [] }, {}, true).setup).toEqual([]);
  });

  it('clamps cpus to the host', () => {
    expect(plan({ limits: { cpus: 64 } }).limits.cpus).toBe(2);
  });

  it('has no network unless somebody asks for it', () => {
    expect(plan({}).network).toEqual({
      setup: { mode: 'none' },
      agent: { mode: 'none' },
      verify: { mode: 'none' },
    });
  });

  it.each([
    ['an image that is not allowed', { image: 'evil:1' }],
    ['full network', { network: { agent: { mode: 'full' as const } } }],
  ])('refuses %s from the repository', (_name, config) => {
    expect(() => plan({}, config)).toThrow(AppError);
  });

  it('joins the instructions of both', () => {
    expect(plan({ agent: { instructions: 'b' } }, { agent: { instructions: 'a' } }).instructions).toBe(
      'a\n\nb',
    );
  });
});
