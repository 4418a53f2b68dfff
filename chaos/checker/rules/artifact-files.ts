import type { ArtifactEvidence, Evidence, FileEvidence, TaskEvidence, Violation } from '../evidence.ts';

const RULE = 'artifact-files';

const OF_ATTEMPT = /^tasks\/(task_[0-9a-z]{26})\/attempts\/\d+\/[^/]+$/;
const INPUT = /^tasks\/(task_[0-9a-z]{26})\/input\.zip$/;

/** Says whose store this is. */
const MARKER = 'instance';

const pathOf = ({ taskId, attempt, name }: ArtifactEvidence): string =>
  `tasks/${taskId}/attempts/${String(attempt)}/${name}`;

const problemOf = (artifact: ArtifactEvidence, file: FileEvidence | undefined): string | null => {
  if (file === undefined) return `${pathOf(artifact)} is not there`;
  if (file.bytes !== artifact.bytes)
    return `${file.path} has ${String(file.bytes)} bytes instead of ${String(artifact.bytes)}`;
  return file.sha256 === artifact.sha256 ? null : `${file.path} has other bytes than were stored`;
};

const missing = ({ database, files }: Evidence): Violation[] => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const inputs = database.tasks
    .filter(({ zipSha256, filesDeletedAt }) => zipSha256 !== null && filesDeletedAt === null)
    .filter(({ id }) => !byPath.has(`tasks/${id}/input.zip`));
  return [
    ...database.artifacts.flatMap((artifact) => {
      const message = problemOf(artifact, byPath.get(pathOf(artifact)));
      return message === null ? [] : [{ rule: RULE, taskId: artifact.taskId, message }];
    }),
    ...inputs.map(({ id }) => ({ rule: RULE, taskId: id, message: 'its input is not there' })),
  ];
};

const strayProblem = (
  { path, sha256 }: FileEvidence,
  { rows, tasks }: { rows: ReadonlySet<string>; tasks: ReadonlyMap<string, TaskEvidence> },
): string | null => {
  if (OF_ATTEMPT.test(path)) return rows.has(path) ? null : `${path} belongs to no artifact`;
  const task = tasks.get(INPUT.exec(path)?.[1] ?? '');
  if (task === undefined) return `${path} belongs to nothing`;
  return task.zipSha256 === sha256 ? null : `${path} is not what was accepted`;
};

/** Every artifact and input is on disk with the bytes that were accepted, and nothing else is. */
export const artifactFilesRule = (evidence: Evidence): Violation[] => {
  const known = {
    rows: new Set(evidence.database.artifacts.map(pathOf)),
    tasks: new Map(evidence.database.tasks.map((task) => [task.id, task])),
  };
  const stray = evidence.files.flatMap((file) => {
    if (file.path === MARKER) return [];
    const message = strayProblem(file, known);
    const taskId = (OF_ATTEMPT.exec(file.path) ?? INPUT.exec(file.path))?.[1] ?? null;
    return message === null ? [] : [{ rule: RULE, taskId, message }];
  });
  return [...missing(evidence), ...stray];
};
