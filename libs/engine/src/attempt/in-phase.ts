import type { Phase } from '@drydock/domain';
import type { AttemptContext } from './attempt-context.ts';

/** Wraps the work of a phase in its events, its span, its duration and the `phase` that clients see. */
export const inPhase = async <T>(
  context: AttemptContext,
  phase: Phase,
  work: () => Promise<T>,
): Promise<T> => {
  const { ports, events, fence } = context;
  const startedAt = performance.now();
  events.add('phase.started', { phase });
  // Beside the work: nothing of the phase waits for the row. A lost lease shows here, or earlier in the event writer.
  const entered = ports.attempts.enterPhase(fence, phase);
  entered.catch(() => undefined);
  const attributes = { 'drydock.task': fence.taskId, 'drydock.attempt': fence.attempt };
  try {
    const result = await ports.telemetry.span(`phase ${phase}`, { attributes }, work);
    await entered;
    return result;
  } finally {
    const seconds = Math.round(performance.now() - startedAt) / 1000;
    events.add('phase.finished', { phase, seconds });
    ports.telemetry.phaseFinished(phase, seconds);
  }
};
