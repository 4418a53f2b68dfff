import type { RepositoryState } from '../repository-state.ts';
import type { Schema } from '../wire-types.ts';
import { nodeId, type Links } from './links.ts';

/** @returns a label with a description, as pull requests need it; null in `description` is allowed elsewhere only. */
export const label = (name: string, repository: RepositoryState, links: Links) => {
  const id = repository.labels.get(name) ?? 0;
  return {
    id,
    node_id: nodeId('Label', id),
    url: `${links.repository(repository).api}/labels/${encodeURIComponent(name)}`,
    name,
    description: '',
    color: 'ededed',
    default: false,
  } satisfies Schema<'label'>;
};
