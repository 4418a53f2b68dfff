import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bash, commitAll, initRaw, publish } from '../../e2e/system/repositories.ts';

/** Name of the one repository that tasks are about. */
export const REPOSITORY = 'small';
const CONTENT = 'echo one > a.txt; mkdir src; for i in $(seq 50); do echo "file $i" > src/$i.txt; done';

/** Makes the repository below the folder that the git server serves. */
export const publishRepositories = async (gitRoot: string): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'drydock-chaos-repository-'));
  await mkdir(gitRoot, { recursive: true });
  await initRaw(directory);
  await bash(directory, CONTENT);
  await commitAll(directory);
  await publish(directory, gitRoot, REPOSITORY);
  await rm(directory, { recursive: true });
};
