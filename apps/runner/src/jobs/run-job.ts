import type { RunnerJob } from '@drydock/contracts';
import type { JobEnd } from '../protocol/done-codes.ts';
import { runCommandHarness } from './command-harness.ts';
import { runCommandsJob } from './commands-job.ts';
import type { JobContext } from './job-context.ts';

/** Runs one job to its end. What only one kind needs is loaded by it alone: starting must stay quick. */
export const runJob = async (job: RunnerJob, context: JobContext): Promise<JobEnd> => {
  switch (job.kind) {
    case 'commands':
      return runCommandsJob(job, context);
    case 'agent': {
      if (job.harness === 'command') return runCommandHarness(job, context);
      const { runBuiltinHarness } = await import('../builtin/builtin-harness.ts');
      return runBuiltinHarness(job, context);
    }
    case 'collect': {
      const { runCollectJob } = await import('../collect/collect-job.ts');
      return runCollectJob(job, context);
    }
  }
};
