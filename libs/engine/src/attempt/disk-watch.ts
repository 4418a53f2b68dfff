import { AttemptAborted } from '@drydock/domain';
import type { AttemptContext, AttemptPorts } from './attempt-context.ts';

const SAMPLE_MS = 2000;
/** Samples in a row that brought no figure. One may take as long as ten that do. */
const MOST_FAILURES = 5;

type Watched = Pick<AttemptContext, 'key'> & {
  readonly ports: Pick<AttemptPorts, 'workspaces' | 'telemetry'>;
};

/**
 * Samples the attempt's disk use while a phase runs and fires `signal` when the limit is reached, or when the use cannot be
 * measured any more: an agent that makes it so could fill the disk.
 */
export const watchDisk = ({ key, ports }: Watched): { signal: AbortSignal; stop: () => void } => {
  const controller = new AbortController();
  let failures = 0;
  let timer: NodeJS.Timeout;
  const sample = async (): Promise<void> => {
    try {
      const { exceeded } = await ports.workspaces.diskUse(key);
      failures = 0;
      if (exceeded) controller.abort(new AttemptAborted('disk', 'the disk limit was reached'));
    } catch (error) {
      ports.telemetry.log.warn({ ...key, error }, 'disk use could not be sampled');
      if (++failures >= MOST_FAILURES)
        controller.abort(new AttemptAborted('fault', 'the disk use could not be measured'));
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
