import { chmod, copyFile, lchown, mkdir, readdir, readFile, writeFile, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { RAW_ATTRIBUTES } from '../host/git-environment.ts';
import { packFiles, readShallow } from '../mirror/bare-repository.ts';
import { BASE_INDEX } from './base-index.ts';
import type { SandboxUser } from './sandbox-user.ts';

const CONFIG = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = false
[user]
	name = drydock
	email = drydock@localhost
[gc]
	auto = 0
`;

const FOLDERS = ['', 'objects', 'objects/pack', 'objects/info', 'refs', 'refs/heads', 'refs/tags', 'info'];

const giveAway = async (path: string, user: SandboxUser): Promise<void> => {
  await lchown(path, user.uid, user.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await giveAway(inner, user);
    else await lchown(inner, user.uid, user.gid);
  }
};

/**
 * Makes the disposable `.git` of a workspace out of the base repository: branch `main` with the base commit, a clean
 * index, everything copied, so that nothing the agent does reaches the base.
 */
export const makeAgentGitDir = async (
  base: string,
  work: string,
  { commit, user }: { commit: string; user: SandboxUser | null },
): Promise<void> => {
  const gitDir = join(work, '.git');
  for (const folder of FOLDERS) await mkdir(join(gitDir, folder));
  const shallow = await readShallow(base);
  await Promise.all([
    writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n'),
    writeFile(join(gitDir, 'config'), CONFIG),
    writeFile(join(gitDir, 'info/attributes'), RAW_ATTRIBUTES),
    writeFile(join(gitDir, 'refs/heads/main'), `${commit}\n`),
    readFile(join(base, BASE_INDEX)).then((index) => writeFile(join(gitDir, 'index'), index)),
    ...(shallow === null ? [] : [writeFile(join(gitDir, 'shallow'), shallow)]),
    ...(await packFiles(base)).map(async (name) => {
      const copy = join(gitDir, 'objects/pack', name);
      await copyFile(join(base, 'objects/pack', name), copy, constants.COPYFILE_FICLONE);
      await chmod(copy, 0o444);
    }),
  ]);
  if (user !== null) await giveAway(gitDir, user);
};
