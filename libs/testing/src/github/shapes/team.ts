import type { Schema } from '../wire-types.ts';
import { nodeId, type Links } from './links.ts';

export const team = (slug: string, organization: string, links: Links): Schema<'team'> => {
  const url = `${links.api}/orgs/${organization}/teams/${slug}`;
  return {
    id: 1,
    node_id: nodeId('Team', slug),
    name: slug,
    slug,
    description: null,
    permission: 'pull',
    url,
    html_url: `${links.web}/orgs/${organization}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    parent: null,
  };
};
