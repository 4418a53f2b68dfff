import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { ProcessGroups } from '../process/process-groups.ts';
import { Git } from './git.ts';

describe('git', () => {
  it('fails as whoever takes its output does, and tells them nothing more', async () => {
    const git = new Git(new ProcessGroups(), { gitDir: tmpdir() });
    let told = 0;
    const onOutput = (): void => {
      told++;
      throw new Error('no room');
    };
    await expect(git.run({ args: ['help', '--all', '--verbose'], onOutput })).rejects.toThrow('no room');
    expect(told).toBe(1);
  });
});
