import { describe, expect, it } from '@jest/globals';
import { CollectFailure } from './collect-failure.ts';
import { GitFailed, type Git } from './git.ts';
import { stageChanges } from './stage-changes.ts';

const staging = (words: string): Promise<string> => {
  const fail = async (): Promise<never> => {
    throw new GitFailed(words);
  };
  const git = { run: fail, line: fail, place: { gitDir: '/nowhere' } as Git['place'] };
  return stageChanges(git, { toAdd: ['a'], toRemove: [] });
};

describe('changes of a workspace', () => {
  it('are refused by what git says of them', async () => {
    const refused = staging("git update-index ended with 128: error: Invalid path 'a/.git/x'");
    await expect(refused).rejects.toBeInstanceOf(CollectFailure);
    await expect(refused).rejects.toMatchObject({ code: 'collect_uncollectable' });
  });

  it.each([
    'git update-index ended with 128: error: unable to create temporary file: No space left on device',
    'git write-tree ended with 128: error: unable to write file .git/objects/4b/825d',
  ])('are not refused for want of room: %s', async (words) => {
    await expect(staging(words)).rejects.toBeInstanceOf(GitFailed);
  });
});
