import type { RepositoryState, TestGithub } from '@drydock/testing';
import { git } from '../../../e2e/system/repositories.ts';
import type { CodeHostEvidence } from '../evidence.ts';
import { OUR_BRANCHES, threadId } from '../rows.ts';

/** The code host of a run, and the login that Drydock has there. */
interface ReadHost {
  readonly github: TestGithub;
  readonly ours: string;
}

const branchesOf = async ({ git: store, defaultBranch }: RepositoryState) => {
  const refs = `refs/heads/${OUR_BRANCHES}`;
  const names = await git(store.directory, 'for-each-ref', '--format=%(refname:lstrip=2)', refs);
  const branches: CodeHostEvidence['branches'][number][] = [];
  for (const name of names.split('\n').filter((line) => line !== '')) {
    const ids = await store.commitsBetween(`refs/heads/${defaultBranch}`, `refs/heads/${name}`);
    branches.push({ name, commits: await Promise.all(ids.map((id) => store.commit(id))) });
  }
  return branches;
};

const threadsOf = (repository: RepositoryState, ours: string): CodeHostEvidence['threads'] =>
  repository.issues.map(({ number, comments }) => {
    const places = [`issue ${String(number)}`, ...comments.map(({ id }) => `comment ${String(id)}`)];
    const reactions = repository.reactions.filter(({ on, author }) => author === ours && places.includes(on));
    return {
      id: threadId(repository.fullName, number),
      reactions: reactions.map(({ content }) => content),
      comments: comments.filter(({ author }) => author === ours).map(({ body }) => body),
    };
  });

/** All that Drydock has made there; nobody may be making more. */
export const readCodeHost = async ({ github, ours }: ReadHost): Promise<CodeHostEvidence> => {
  const { repositories } = github.state;
  const branches: CodeHostEvidence['branches'][number][] = [];
  for (const repository of repositories) branches.push(...(await branchesOf(repository)));
  const pulls = repositories.flatMap((repository) =>
    repository.pulls.map(({ number, pull: { head, headCommit } }) => ({
      ...{ head, headCommit },
      url: `${github.url}/${repository.fullName}/pull/${String(number)}`,
    })),
  );
  return { branches, pulls, threads: repositories.flatMap((repository) => threadsOf(repository, ours)) };
};
