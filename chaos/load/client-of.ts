import { cloneUrlOf } from '../world/code-host.ts';
import type { TeamKey } from '../world/teams.ts';
import type { World } from '../world/world.ts';
import { ApiClient } from './api-client.ts';
import type { Client } from './submit.ts';

/** A client of one team that knows some apis. */
export const clientOf = (
  { places }: World,
  { name, teamId, key }: TeamKey,
  apiUrls: readonly string[],
): Client => {
  const { codeHost, gitUrl } = places;
  const repository = codeHost.repositoryOf(name);
  const theirs = { cloneUrl: cloneUrlOf(codeHost, repository), token: codeHost.personToken };
  const sources = { gitUrl, codeHost: theirs };
  return { api: new ApiClient(apiUrls, key), teamId, repository, sources };
};
