import type { AgentJob } from '@drydock/contracts';
import { runProgram } from '../process/run-program.ts';
import { failed, finished, type JobEnd } from '../protocol/done-codes.ts';
import type { JobContext } from './job-context.ts';

/** The harness `command`: the client's own program is the agent. Exit code 0 is success. */
export const runCommandHarness = async ({ command }: AgentJob, context: JobContext): Promise<JobEnd> => {
  const { groups, log, env, workspace: cwd } = context;
  const end = await runProgram(groups, { argv: command, cwd, env }, ({ stdout, stderr }) => {
    log.follow(stdout, 'stdout');
    log.follow(stderr, 'stderr');
  });
  if (!end.started)
    return failed('harness_failed', `The agent's command could not be started. ${end.reason}`);
  if (end.exitCode === 0) return finished('The command succeeded.', 0);
  if (end.exitCode === null) return failed('harness_failed', `The agent was ended by ${String(end.signal)}.`);
  return failed('harness_failed', `The agent exited with ${String(end.exitCode)}.`, end.exitCode);
};
