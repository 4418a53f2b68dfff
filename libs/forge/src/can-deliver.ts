import type { CanDeliver, Forge } from '@drydock/engine';

/** Whether pull requests can be made at this code host. `hasCredential`: there is one besides those that tasks bring. */
export const canDeliverAt =
  (forge: Pick<Forge, 'repositoryOf'>, hasCredential: boolean): CanDeliver =>
  (gitUrl, hasOwnToken) => {
    if (forge.repositoryOf(gitUrl) === null) return 'unknown_host';
    return hasOwnToken || hasCredential ? 'yes' : 'no_credential';
  };
