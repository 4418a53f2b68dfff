import type { FailedOutcome } from '@drydock/domain';

interface Advice {
  /** What happened, for somebody who never heard of outcomes. */
  readonly what: string;
  /** What to do about it. */
  readonly advice: string;
}

const RETRY = 'then comment `/drydock retry`.';
const LESS = 'Ask for less at once, or raise the limits of the repository';

/** Each outcome of a failed task, in words. */
export const FAILURE_ADVICE: Readonly<Record<FailedOutcome, Advice>> = {
  agent_failed: {
    what: 'the agent or its model failed',
    advice: `Look at the log of the task, ${RETRY}`,
  },
  agent_stuck: {
    what: 'the agent repeated itself without progress',
    advice: 'Comment `/drydock` followed by a more precise instruction.',
  },
  verification_failed: {
    what: 'the change did not pass the verify commands',
    advice:
      'The patch is kept with the task. Comment `/drydock` followed by what to do differently, or repair the commands.',
  },
  budget_exceeded: { what: 'the task used up its budget', advice: `${LESS}, ${RETRY}` },
  timeout: { what: 'the task ran out of time', advice: `${LESS}, ${RETRY}` },
  setup_failed: {
    what: 'the setup commands failed',
    advice: `Repair them in \`.drydock.yml\` of the default branch, ${RETRY}`,
  },
  checkout_failed: {
    what: 'the repository could not be checked out',
    advice: `Correct what is said below, ${RETRY}`,
  },
  image_unavailable: {
    what: 'the image of the task is not available',
    advice: `Name another image, or have an operator provide this one, ${RETRY}`,
  },
  patch_rejected: {
    what: 'the change cannot be delivered as a patch',
    advice: 'Comment `/drydock` followed by an instruction that leads to a smaller change.',
  },
  out_of_memory: {
    what: 'the task ran out of memory',
    advice: `Raise the memory limit of the repository, ${RETRY}`,
  },
  disk_exceeded: {
    what: 'the task ran out of disk space',
    advice: `Raise the disk limit of the repository, ${RETRY}`,
  },
  infrastructure: {
    what: 'Drydock itself failed, which has nothing to do with this repository',
    advice: 'Comment `/drydock retry`. If it happens again, tell an operator.',
  },
};
