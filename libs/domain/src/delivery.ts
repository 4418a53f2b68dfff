import type { DeliveryId, TaskId } from './ids.ts';
import type { ErrorCode } from './errors.ts';
import type { Outcome } from './outcome.ts';

/** `verified`: only a patch whose verify commands passed; `changed`: any patch. */
export type DeliverWhen = 'changed' | 'verified';

/** A task has one pull request at most: `dlv_` and what follows `task_` in its own id. */
export const pullRequestDeliveryId = (taskId: TaskId): DeliveryId =>
  `dlv_${taskId.slice(taskId.indexOf('_') + 1)}` as DeliveryId;

/** The branch of a task's pull request, without `refs/heads/`. */
export const deliveryBranch = (taskId: TaskId): string => `drydock/${taskId}`;

/** What a delivery that is due is decided by. */
export interface EndedTask {
  readonly outcome: Outcome | null;
  readonly exitCodes: readonly (number | null)[];
  /** Null: `verified` if there was anything to verify. */
  readonly when: DeliverWhen | null;
}

export type DeliveryDecision =
  | { readonly do: 'deliver' }
  | {
      readonly do: 'settle';
      readonly state: 'failed' | 'held';
      readonly error: { readonly code: ErrorCode; readonly message: string };
    };

const NOT_VERIFIED = {
  nothing: 'The task has no verify commands, and a verified patch was asked for.',
  failed: 'The patch did not pass the verify commands of the task.',
} as const;

const notVerified = (why: keyof typeof NOT_VERIFIED): DeliveryDecision => ({
  do: 'settle',
  state: 'held',
  error: {
    code: 'delivery_not_verified',
    message: `${NOT_VERIFIED[why]} The patch is kept: retry the delivery to have it as it is, or submit the task again.`,
  },
});

const nothing = (message: string): DeliveryDecision => ({
  do: 'settle',
  state: 'failed',
  error: { code: 'forge_nothing_to_deliver', message },
});

/** Whether the patch of an ended task is delivered. A patch that was not verified is one nevertheless, if that was asked for. */
export const deliveryAfterTask = ({ outcome, exitCodes, when }: EndedTask): DeliveryDecision => {
  switch (outcome) {
    case 'changed': {
      if (when !== 'verified') return { do: 'deliver' };
      if (exitCodes.length === 0) return notVerified('nothing');
      return exitCodes.every((code) => code === 0) ? { do: 'deliver' } : notVerified('failed');
    }
    case 'verification_failed':
      return when === 'changed' ? { do: 'deliver' } : notVerified('failed');
    case 'no_changes':
      return nothing('The task changed nothing, so there is nothing to open a pull request for.');
    default:
      return nothing(
        `The task ended as ${outcome ?? 'unknown'}, and only a finished patch is delivered. What there is of it is at ` +
          '/v1/tasks/{id}/diff; retry the task for a new one.',
      );
  }
};

/** Tries in a row that may fail for a reason that passes; some 15 minutes. */
export const DELIVERY_FAILURES = 8;
/** The same with tries that were lost with their worker: a delivery that ends its worker each time must not go round for ever. */
export const DELIVERY_LOSSES = 20;

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 300_000;

/** How long to wait after so many failures in a row: 5 s, 10 s, 20 s … up to five minutes, or as long as the other side asks. */
export const deliveryDelayMs = (failures: number, retryAfterSeconds: number | null): number =>
  Math.max(
    Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1), LONGEST_DELAY_MS),
    (retryAfterSeconds ?? 0) * 1_000,
  );
