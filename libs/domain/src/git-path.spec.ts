import { describe, expect, it } from '@jest/globals';
import { isDotGit } from './git-path.ts';

describe('isDotGit', () => {
  it.each([
    '.git',
    '.GIT',
    '.Git',
    '.git.',
    '.git ',
    '.git . .',
    'git~1',
    'GIT~1',
    '.git::$INDEX_ALLOCATION',
    '.git:x',
  ])('knows %j', (name) => {
    expect(isDotGit(name)).toBe(true);
  });

  it.each(['.gitignore', '.github', '.gitmodules', 'git', 'git~2', '.git-x', 'x.git', '.gi', '. git', ''])(
    'leaves %j alone',
    (name) => {
      expect(isDotGit(name)).toBe(false);
    },
  );
});
