import { abortKindOf } from '@drydock/domain';

/**
 * What is done after a cancel must be done soon: the client was promised that nothing runs any more in 15 s, and the agent had
 * 4 s of them. A patch that takes longer is given up.
 */
const AFTER_CANCEL_MS = 8_000;

/** Collect goes on after the attempt was stopped, to keep what was done; but after a cancel not for long. */
export const collectDeadline = (attempt: AbortSignal, afterCancelMs = AFTER_CANCEL_MS): AbortSignal => {
  const own = new AbortController();
  const onStop = (): void => {
    if (abortKindOf(attempt) !== 'cancel') return;
    setTimeout(() => {
      own.abort(attempt.reason);
    }, afterCancelMs).unref();
  };
  if (attempt.aborted) onStop();
  else attempt.addEventListener('abort', onStop, { once: true });
  return own.signal;
};
