import type { GithubConfig } from '@drydock/config';
import type { CanDeliver } from '@drydock/engine';
import { canDeliverAt, GithubForge, verifySignature } from '@drydock/forge';
import type { ApiPorts } from '../api-parts.ts';
import { OwnLogin } from './own-login.ts';

/** What the api needs of the code host. No request ever waits for it: `ownLogin` is asked for beside them. */
export interface ForgeParts {
  readonly canDeliver: CanDeliver;
  readonly webhooks: ApiPorts['webhooks'];
  /** Null: there are no webhooks, or nobody that they could mean. */
  readonly ownLogin: OwnLogin | null;
}

export const forgeParts = ({ apiUrl, identity, webhookSecret: secret }: GithubConfig): ForgeParts => {
  const forge = new GithubForge({ apiUrl, identity });
  const ownLogin = secret === null || identity === null ? null : new OwnLogin(() => forge.self());
  return {
    canDeliver: canDeliverAt(forge, identity !== null),
    webhooks: {
      verify: secret === null ? null : (raw, signature) => verifySignature(raw, signature, secret),
      self: () => ownLogin?.known ?? null,
    },
    ownLogin,
  };
};
