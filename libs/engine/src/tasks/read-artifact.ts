import { AppError, isFinal, type ErrorCode, type TaskId, type TeamId } from '@drydock/domain';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { StoredArtifact, TaskRecord } from '../ports/task-record.ts';
import type { TaskStore } from '../ports/task-store.ts';
import { artifactKey } from '../attempt/store-artifacts.ts';
import type { ReadTask } from './read-task.ts';

export interface OpenedArtifact {
  readonly artifact: StoredArtifact;
  readonly stream: AsyncIterable<Uint8Array>;
}

export interface WantedArtifact {
  readonly name: string;
  /** Undefined: that of the last attempt, once the task is final. */
  readonly attempt: number | undefined;
}

interface Refusals {
  readonly notReady: ErrorCode;
  readonly notAvailable: ErrorCode;
}

const DIFF: Refusals = { notReady: 'diff_not_ready', notAvailable: 'diff_not_available' };
const OTHERS: Refusals = { notReady: 'artifact_not_ready', notAvailable: 'artifact_not_available' };

const removed = (at: Date): string =>
  `The files of this task were removed on ${at.toISOString().slice(0, 10)}: they were kept for as long as this installation keeps files.`;

/** The attempt to read from, or why there is none. */
const pickAttempt = (task: TaskRecord, wanted: number | undefined): number | 'live' | 'none' => {
  if (wanted === undefined) return isFinal(task.status) ? (task.attempts.at(-1)?.number ?? 'none') : 'live';
  const attempt = task.attempts.find(({ number }) => number === wanted);
  if (attempt === undefined) return 'none';
  return attempt.finishedAt === null && !isFinal(task.status) ? 'live' : attempt.number;
};

/** Stored files of a task, byte for byte. */
export class ReadArtifact {
  readonly #read: ReadTask;
  readonly #tasks: TaskStore;
  readonly #artifacts: ArtifactStore;

  constructor(read: ReadTask, tasks: TaskStore, artifacts: ArtifactStore) {
    this.#read = read;
    this.#tasks = tasks;
    this.#artifacts = artifacts;
  }

  /** Those of all ended attempts, or of one. @throws AppError `not_found`. */
  async list(teamId: TeamId, id: TaskId, attempt: number | undefined): Promise<StoredArtifact[]> {
    await this.#read.run(teamId, id);
    const all = await this.#tasks.artifacts(teamId, id);
    return attempt === undefined ? all : all.filter((artifact) => artifact.attempt === attempt);
  }

  /** @throws AppError `not_found`, `artifact_not_ready`, `artifact_not_available`; for the patch the `diff_…` pair. */
  async open(teamId: TeamId, id: TaskId, wanted: WantedArtifact): Promise<OpenedArtifact> {
    const refusals = wanted.name === 'diff.patch' ? DIFF : OTHERS;
    const task = await this.#read.run(teamId, id);
    const number = pickAttempt(task, wanted.attempt);
    if (number === 'live')
      throw new AppError(refusals.notReady, 'It is there when the attempt has ended; follow /events.');
    const stored = number === 'none' ? [] : await this.#tasks.artifacts(teamId, id);
    const artifact = stored.find((one) => one.attempt === number && one.name === wanted.name);
    const gone = async (otherwise: string): Promise<AppError> => {
      const now = await this.#read.run(teamId, id);
      const at = number === 'none' ? null : now.filesDeletedAt;
      return new AppError(refusals.notAvailable, at === null ? otherwise : removed(at));
    };
    if (artifact === undefined)
      throw await gone(`The attempt left no ${wanted.name}; see the task's outcome.`);
    return { artifact, stream: await this.#open(id, artifact, gone) };
  }

  async #open(
    id: TaskId,
    artifact: StoredArtifact,
    gone: (otherwise: string) => Promise<AppError>,
  ): Promise<AsyncIterable<Uint8Array>> {
    const key = artifactKey(id, artifact.attempt, artifact.name);
    const { bytes, stream } = await this.#artifacts.get(key).catch(async (error: unknown) => {
      // Between the row and the file, retention may have taken both.
      if (error instanceof AppError && error.code === 'artifact_not_available')
        throw await gone(`The stored ${artifact.name} is missing. Tell the operator: nothing removed it.`);
      throw error;
    });
    if (bytes !== artifact.bytes)
      throw new AppError('internal', 'The stored file does not have the size that was recorded.');
    return stream;
  }
}
