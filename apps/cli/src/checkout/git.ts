import { dirname } from 'node:path';

/** Runs git in a folder. Throws GitError with what git said. */
export type Git = (...args: string[]) => Promise<string>;

export interface GitOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** In place of the checkout's own index. */
  readonly indexFile?: string;
  /** Looks for no checkout further up: its rules are not those of this folder. */
  readonly isAlone?: boolean;
}

/** The user's own git, in the user's own checkout: nothing here is of an agent. */
export const gitIn = (folder: string, { environment, indexFile, isAlone = false }: GitOptions): Git => {
  const env = {
    ...environment,
    ...(indexFile !== undefined && { GIT_INDEX_FILE: indexFile }),
    ...(isAlone && { GIT_CEILING_DIRECTORIES: dirname(folder) }),
  };
  return async (...args) => {
    // Not at the start: most commands need no git, and are to be there at once.
    const { simpleGit } = await import('simple-git');
    const git = simpleGit({
      baseDir: folder,
      allowEnvironment: ['GIT_INDEX_FILE', 'GIT_CEILING_DIRECTORIES'],
      // Its own rule takes a failure for a success when nothing was said.
      errors: (error, { exitCode, stdErr }) =>
        exitCode === 0 ? undefined : (error ?? Buffer.concat(stdErr)),
    });
    return git.env(env).raw(['-c', 'core.quotePath=false', ...args]);
  };
};

/** What differs from the last commit; also where a setting hides it from people. */
export const STATUS = ['status', '--porcelain', '--untracked-files=normal', '--ignore-submodules=none'];

/** What git said, without the word before it. */
export const gitMessage = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^(fatal|error): /gm, '').trim();

export const splitNul = (text: string): string[] => text.split('\0').filter((part) => part !== '');
