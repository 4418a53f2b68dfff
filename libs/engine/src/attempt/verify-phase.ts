import { AppError } from '@drydock/domain';
import type { VerifyOutcome } from '../ports/task-record.ts';
import type { AttemptContext } from './attempt-context.ts';
import type { AttemptPlan } from './attempt-plan.ts';
import { runCommands } from './commands-phase.ts';
import { inPhase } from './in-phase.ts';
import { judgePhase, verdictOf, type Verdict } from './phase-verdict.ts';
import type { PreparedSandboxes } from './prepared-sandboxes.ts';

export interface VerifyEnd {
  readonly verdict: Verdict | null;
  readonly results: readonly VerifyOutcome[];
}

const prepareAgain = async (
  context: AttemptContext,
  plan: AttemptPlan,
  prepared: PreparedSandboxes,
): Promise<Verdict | null> => {
  const end = await runCommands(context, plan, {
    prepared,
    request: {
      phase: 'verify',
      commands: plan.setup,
      network: plan.network.setup,
      seconds: plan.limits.setupSeconds,
      logName: 'verify-setup.log',
      onCommand: () => undefined,
    },
  });
  await prepared.destroy('verify', AbortSignal.timeout(30_000));
  const verdict = judgePhase('verify', end);
  if (verdict?.error?.code !== 'verify_command_failed') return verdict;
  return verdictOf(
    new AppError(
      'verify_setup_failed',
      `The setup commands failed on base + patch: ${verdict.error.message}`,
    ),
  );
};

/** The platform's own judgement: setup again, then the verify commands, on base + patch in fresh containers and HOME. */
export const verifyPhase = (
  context: AttemptContext,
  plan: AttemptPlan,
  prepared: PreparedSandboxes,
): Promise<VerifyEnd> =>
  inPhase(context, 'verify', async () => {
    if (plan.setup.length > 0) {
      const verdict = await prepareAgain(context, plan, prepared);
      if (verdict) return { verdict, results: [] };
    }
    const results: VerifyOutcome[] = [];
    const end = await runCommands(context, plan, {
      prepared,
      request: {
        phase: 'verify',
        commands: plan.verify,
        network: plan.network.verify,
        seconds: plan.limits.verifySeconds,
        logName: 'verify.log',
        onCommand: ({ index, exitCode, seconds }) => {
          const command = plan.verify[index];
          if (command === undefined || results.length >= plan.verify.length) return;
          const result = { command, exitCode, seconds };
          results.push(result);
          context.events.add('verify.result', result);
        },
      },
    });
    return { verdict: judgePhase('verify', end) ?? missingEvidence(plan, results), results };
  });

/** A runner that says "done" without one good exit code per command proves nothing: unknown is never read as good. */
const missingEvidence = (plan: AttemptPlan, results: readonly VerifyOutcome[]): Verdict | null =>
  results.length === plan.verify.length && results.every((result) => result.exitCode === 0)
    ? null
    : verdictOf(new AppError('verify_command_failed', 'Not every verify command reported success.'));
