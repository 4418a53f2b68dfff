import { describe, expect, it } from '@jest/globals';
import { refusePaths } from './refuse-paths.ts';

const RULES = { mayEditWorkflows: false, allowedPaths: [] };
const latin1 = (path: string): string => Buffer.from(path, 'utf8').toString('latin1');

describe('what a pull request may change', () => {
  it.each([
    '.github/workflows/ci.yml',
    '.github/workflows/größe/ci.yml',
    '.github/workflows/\n.yml',
    // A link or a submodule in place of the folder.
    '.github/workflows',
    '.github',
    // The same file where case does not count.
    '.GitHub/Workflows/CI.yml',
  ])('is not %j', (path) => {
    expect(() => {
      refusePaths([latin1('src/ü.ts'), latin1(path)], RULES);
    }).toThrow(expect.objectContaining({ code: 'delivery_edits_workflows' }));
    refusePaths([latin1(path)], { ...RULES, mayEditWorkflows: true });
  });

  it.each(['.github/dependabot.yml', 'a/.github/workflows/ci.yml', '.github/workflows.md', '.githubx'])(
    'is %j',
    (path) => {
      refusePaths([latin1(path)], RULES);
    },
  );
});
