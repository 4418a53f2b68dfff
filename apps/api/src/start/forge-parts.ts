import type { GithubConfig } from '@drydock/config';
import type { CanDeliver } from '@drydock/engine';
import { GithubForge, verifySignature } from '@drydock/forge';
import type { ApiPorts } from '../api-parts.ts';

/** What the api itself knows of the code host: it asks it nothing. */
export const forgeParts = ({
  apiUrl,
  identity,
  webhookSecret: secret,
}: GithubConfig): { canDeliver: CanDeliver; webhooks: ApiPorts['webhooks'] } => {
  const forge = new GithubForge({ apiUrl, identity });
  return {
    canDeliver: (gitUrl, hasOwnToken) => {
      if (forge.repositoryOf(gitUrl) === null) return 'unknown_host';
      return hasOwnToken || identity !== null ? 'yes' : 'no_credential';
    },
    webhooks: {
      verify: secret === null ? null : (raw, signature) => verifySignature(raw, signature, secret),
      self: () => null,
    },
  };
};
