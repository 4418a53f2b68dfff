import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { AttemptKey } from '../ports/attempt-key.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** Everything that one attempt ever stores lies below it. */
export const artifactPrefix = (taskId: string, attempt: number): string =>
  `tasks/${taskId}/attempts/${String(attempt)}`;

/**
 * Removes what an attempt stored, when its end names none of it. Never throws: what stays is invisible, and goes with the
 * files of its task.
 */
export const discardArtifacts = async (
  ports: { readonly artifacts: ArtifactStore; readonly telemetry: Pick<Telemetry, 'log'> },
  { taskId, attempt }: AttemptKey,
): Promise<void> => {
  try {
    await ports.artifacts.remove(artifactPrefix(taskId, attempt));
  } catch (error) {
    ports.telemetry.log.warn({ taskId, attempt, error }, 'files of an ended attempt could not be removed');
  }
};
