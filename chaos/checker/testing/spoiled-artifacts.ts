import { patchOf } from './build-evidence.ts';
import { CHANGED, eventsOf, fileOf, removeFrom, type Spoiled, type Spoiling, TRIED } from './spoiling.ts';

/** Of artifacts, files and patches. */
export const SPOILED_ARTIFACTS: readonly Spoiling[] = [
  {
    name: 'an artifact of a lost attempt is shown',
    rules: ['artifacts'],
    spoil: ({ database, files }) => {
      const row = database.artifacts.find(({ taskId, name }) => taskId === TRIED && name === 'agent.log')!;
      const file = fileOf({ files } as Spoiled, `${TRIED}/attempts/3/agent.log`);
      database.artifacts.push({ ...row, attempt: 1 });
      files.push({ ...file, path: file.path.replace('/3/', '/1/') });
    },
  },
  ...['result.json', 'agent.log', 'diff.patch', 'verify.log'].map((name) => ({
    name: `the ${name} of a final attempt is missing`,
    rules: ['artifacts'],
    spoil: ({ database, files }: Spoiled) => {
      removeFrom(database.artifacts, (row) => row.taskId === CHANGED && row.name === name);
      removeFrom(files, ({ path }) => path.includes(CHANGED) && path.endsWith(name));
    },
  })),
  {
    name: 'a patch is empty although something changed',
    rules: ['artifacts', 'patches'],
    spoil: (evidence) => {
      const { database } = evidence;
      const empty = { bytes: 0, sha256: 'e3b0' };
      Object.assign(
        database.artifacts.find((row) => row.taskId === CHANGED && row.name === 'diff.patch')!,
        empty,
      );
      Object.assign(fileOf(evidence, `${CHANGED}/attempts/1/diff.patch`), { ...empty, patch: '' });
      const told = eventsOf(evidence, CHANGED, 'artifact.stored').find(
        ({ payload }) => payload?.['name'] === 'diff.patch',
      )!;
      told.payload = { name: 'diff.patch', ...empty };
    },
  },
  {
    name: 'the history tells of other bytes than are shown',
    rules: ['artifacts'],
    spoil: (evidence) => void (eventsOf(evidence, CHANGED, 'artifact.stored')[0]!.payload!['bytes'] = 1),
  },
  {
    name: 'a file is missing',
    rules: ['artifact-files'],
    spoil: ({ files }) => {
      removeFrom(files, ({ path }) => path.endsWith(`${CHANGED}/attempts/1/agent.log`));
    },
  },
  {
    name: 'a file is cut off',
    rules: ['artifact-files'],
    spoil: (evidence) => void (fileOf(evidence, 'agent.log').bytes -= 1),
  },
  {
    name: 'a file has other bytes',
    rules: ['artifact-files'],
    spoil: (evidence) => void (fileOf(evidence, 'agent.log').sha256 = 'f00d'),
  },
  ...[
    '.tmp/host-1-half',
    `tasks/${TRIED}/attempts/1/agent.log`,
    `tasks/task_${'9'.repeat(26)}/input.zip`,
  ].map((path) => ({
    name: `the file ${path} is nobody's`,
    rules: ['artifact-files'],
    spoil: ({ files }: Spoiled) => void files.push({ path, bytes: 1, sha256: 'f00d', patch: null }),
  })),
  {
    name: 'an input is missing',
    rules: ['artifact-files'],
    spoil: ({ files }) => {
      removeFrom(files, ({ path }) => path.endsWith('input.zip'));
    },
  },
  {
    name: 'an input is not what was accepted',
    rules: ['artifact-files'],
    spoil: (evidence) => void (fileOf(evidence, 'input.zip').sha256 = 'f00d'),
  },
  {
    name: 'a patch is cut off',
    rules: ['patches'],
    spoil: (evidence) => void (fileOf(evidence, 'diff.patch').patch = patchOf('s-0').slice(0, -1)),
  },
  {
    name: 'a task has the patch of another one',
    rules: ['patches'],
    spoil: (evidence) => void (fileOf(evidence, `${CHANGED}/attempts/1/diff.patch`).patch = patchOf('s-4')),
  },
];
