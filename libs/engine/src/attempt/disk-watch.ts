import { AttemptAborted } from '@drydock/domain';
import type { AttemptContext } from './attempt-context.ts';

const SAMPLE_MS = 2000;

/** Samples the attempt's disk use while a phase runs and fires `signal` when the limit is reached. */
export const watchDisk = (context: AttemptContext): { signal: AbortSignal; stop: () => void } => {
  const controller = new AbortController();
  let timer: NodeJS.Timeout;
  const sample = async (): Promise<void> => {
    try {
      const { exceeded } = await context.ports.workspaces.diskUse(context.key);
      if (exceeded) controller.abort(new AttemptAborted('disk', 'the disk limit was reached'));
    } catch (error) {
      context.ports.telemetry.log.warn({ ...context.key, error }, 'disk use could not be sampled');
    }
    if (!controller.signal.aborted) timer = setTimeout(() => void sample(), SAMPLE_MS);
  };
  timer = setTimeout(() => void sample(), SAMPLE_MS);
  const stop = (): void => {
    clearTimeout(timer);
    controller.abort();
  };
  return { signal: controller.signal, stop };
};
