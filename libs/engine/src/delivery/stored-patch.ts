import { AppError } from '@drydock/domain';
import { artifactKey } from '../attempt/store-artifacts.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { TaskRecord } from '../ports/task-record.ts';

const MOST_RESULT_BYTES = 1024 ** 2;

/** The attempt that the task ended with. */
const lastAttempt = ({ attempts }: TaskRecord): number => attempts.at(-1)?.number ?? 0;

/** The patch of the final attempt, byte for byte. @throws AppError `forge_nothing_to_deliver`, `store_failed`. */
export const storedPatch = async (
  artifacts: Pick<ArtifactStore, 'get'>,
  task: TaskRecord,
): Promise<AsyncIterable<Uint8Array>> => {
  try {
    return (await artifacts.get(artifactKey(task.id, lastAttempt(task), 'diff.patch'))).stream;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'artifact_not_available')) throw error;
    throw new AppError(
      'forge_nothing_to_deliver',
      'The patch of this task is no longer stored. Submit the task again.',
      { cause: error },
    );
  }
};

const summaryOf = (text: string): string | null => {
  const result: unknown = JSON.parse(text);
  const summary =
    typeof result === 'object' && result !== null && 'summary' in result ? result.summary : null;
  return typeof summary === 'string' && summary.trim() !== '' ? summary : null;
};

/** The agent's own words about what it did; null when there are none, or none that can be read. */
export const storedSummary = async (
  artifacts: Pick<ArtifactStore, 'get'>,
  task: TaskRecord,
): Promise<string | null> => {
  try {
    const { bytes, stream } = await artifacts.get(artifactKey(task.id, lastAttempt(task), 'result.json'));
    if (bytes > MOST_RESULT_BYTES) return null;
    const pieces: Uint8Array[] = [];
    for await (const piece of stream) pieces.push(piece);
    return summaryOf(Buffer.concat(pieces).toString('utf8'));
  } catch {
    return null;
  }
};
