import type { AgentJob } from '@drydock/contracts';
import type { JobContext } from '../jobs/job-context.ts';
import { failed, type JobEnd } from '../protocol/done-codes.ts';
import { AgentLoop } from './agent-loop.ts';
import { connectModel, ModelFailure } from './model.ts';
import { firstMessages } from './prompt.ts';

/** The harness `builtin`: the platform's own agent. */
export const runBuiltinHarness = async (job: AgentJob, context: JobContext): Promise<JobEnd> => {
  if (job.model === null)
    return failed('model_failed', 'The builtin agent needs a model. Name one in agent.model.');
  try {
    const loop = new AgentLoop({ ask: await connectModel(job, context), job, context });
    return await loop.run(firstMessages(job, context));
  } catch (error) {
    if (error instanceof ModelFailure) return error.end;
    throw error;
  }
};
