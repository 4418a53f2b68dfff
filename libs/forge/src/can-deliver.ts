import type { CanDeliver, Forge } from '@drydock/engine';

/** Whether pull requests can be made at this code host. `hasCredential`: there is one besides those that tasks bring. */
export const canDeliverAt =
  (forge: Pick<Forge, 'repositoryOf'>, hasCredential: boolean): CanDeliver =>
  (gitUrl, hasOwnToken) => {
    const repository = forge.repositoryOf(gitUrl);
    if (repository === null) return 'unknown_host';
    if (hasOwnToken) return 'yes';
    return hasCredential ? repository : 'no_credential';
  };
