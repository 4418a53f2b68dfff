import type { RepositoryState } from '../repository-state.ts';
import type { Schema } from '../wire-types.ts';
import { nodeId, type Links } from './links.ts';

export const commit = async (
  sha: string,
  repository: RepositoryState,
  links: Links,
): Promise<Schema<'commit'>> => {
  const { author, message, tree, parents } = await repository.git.commit(sha);
  const { api, web } = links.repository(repository);
  return {
    url: `${api}/commits/${sha}`,
    sha,
    node_id: nodeId('Commit', sha),
    html_url: `${web}/commit/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    commit: {
      url: `${api}/git/commits/${sha}`,
      author,
      committer: author,
      message,
      comment_count: 0,
      tree: { sha: tree, url: `${api}/git/trees/${tree}` },
    },
    author: null,
    committer: null,
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${api}/commits/${parent}`,
      html_url: `${web}/commit/${parent}`,
    })),
  };
};
