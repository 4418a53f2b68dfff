import { describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import type { PhaseEnd } from './phase-run.ts';
import { judgePhase } from './phase-verdict.ts';

const ended = (
  over: Partial<PhaseEnd>,
  done: Partial<NonNullable<PhaseEnd['done']>> | null = null,
): PhaseEnd => ({
  done: done && {
    v: 1,
    type: 'done',
    ok: false,
    code: 'harness_failed',
    message: 'why',
    exitCode: 1,
    ...done,
  },
  exit: { exitCode: 0, oomKilled: false },
  stopped: null,
  ...over,
});
const outcomeOf = (...args: Parameters<typeof judgePhase>) => {
  const verdict = judgePhase(...args);
  return verdict && `${verdict.outcome} ${verdict.error?.code ?? '-'}`;
};
const oom = { exit: { exitCode: 137, oomKilled: true } };
const refusal = new AppError('cost_limit_reached', 'too dear');

describe('the verdict on a phase', () => {
  it.each([
    ['a good end', 'agent', ended({}, { ok: true, code: 'finished' }), null],
    ['a good end in spite of an OOM-killed child', 'agent', ended(oom, { ok: true }), null],
    ['a failed harness', 'agent', ended({}, {}), 'agent_failed harness_failed'],
    ['a failed harness after an OOM kill', 'agent', ended(oom, {}), 'out_of_memory memory_limit_reached'],
    ['a runner that was OOM-killed', 'agent', ended(oom), 'out_of_memory memory_limit_reached'],
    [
      'a runner that the agent killed',
      'agent',
      ended({ exit: { exitCode: 137, oomKilled: false } }),
      'agent_failed harness_failed',
    ],
    ['a stuck agent', 'agent', ended({}, { code: 'stuck' }), 'agent_stuck agent_loop'],
    ['too many steps', 'agent', ended({}, { code: 'step_limit' }), 'budget_exceeded step_limit_reached'],
    [
      'a timeout, whatever the runner said',
      'agent',
      ended({ stopped: 'timeout' }, { ok: true }),
      'timeout agent_timeout',
    ],
    ['a setup that ran out of time', 'setup', ended({ stopped: 'timeout' }), 'setup_failed setup_timeout'],
    [
      'a failed setup command',
      'setup',
      ended({}, { code: 'command_failed' }),
      'setup_failed setup_command_failed',
    ],
    [
      'a failed verify command',
      'verify',
      ended({}, { code: 'command_failed' }),
      'verification_failed verify_command_failed',
    ],
    ['a verify runner without a word', 'verify', ended({}), 'verification_failed verify_command_failed'],
    ['a full disk', 'agent', ended({ stopped: 'disk' }), 'disk_exceeded disk_limit_reached'],
    ['a cancel', 'agent', ended({ stopped: 'cancel' }), 'cancelled -'],
    ['a drain', 'agent', ended({ stopped: 'drain' }), 'handed_back -'],
    ['a lost lease', 'agent', ended({ stopped: 'lease_lost' }), 'lost -'],
    [
      'a patch that is not exact',
      'collect',
      ended({}, { code: 'collect_not_exact' }),
      'patch_rejected patch_not_exact',
    ],
    ['a collect without a word', 'collect', ended({}), 'infrastructure runner_failed'],
  ] as const)('%s', (_name, phase, end, expected) => {
    expect(outcomeOf(phase, end)).toBe(expected);
  });

  it('lets a refused budget outrank the words of the agent', () => {
    expect(outcomeOf('agent', ended({}, { code: 'model_failed' }), { refusal, failure: null })).toBe(
      'budget_exceeded cost_limit_reached',
    );
  });

  it('lets an agent that ended well in spite of a refusal succeed', () => {
    expect(outcomeOf('agent', ended({}, { ok: true }), { refusal, failure: null })).toBeNull();
  });
});
