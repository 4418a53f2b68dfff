import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RAW_ATTRIBUTES } from './git.ts';

const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tbare = false\n';

/**
 * Makes a git directory that knows the objects of the base and nothing else: no ref, no config of anybody's, no hook.
 * @returns its path.
 */
export const makeGitDirectory = (directory: string, baseGitDir: string): string => {
  for (const folder of ['objects/info', 'objects/pack', 'refs', 'info'])
    mkdirSync(join(directory, folder), { recursive: true });
  writeFileSync(join(directory, 'HEAD'), 'ref: refs/heads/none\n');
  writeFileSync(join(directory, 'config'), CONFIG);
  writeFileSync(join(directory, 'info/attributes'), RAW_ATTRIBUTES);
  writeFileSync(join(directory, 'info/exclude'), '');
  writeFileSync(join(directory, 'objects/info/alternates'), `${join(baseGitDir, 'objects')}\n`);
  return directory;
};
