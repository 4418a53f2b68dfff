import type { ForgeSession, GitPerson } from '../ports/forge.ts';
import type { DeliveryContext } from './delivery-context.ts';

/**
 * Whom the commit is by: the account of the credential, as it was when the delivery was first tried. A retry may come with
 * the token of somebody else, and must find the very commit that is there already.
 */
export const commitAuthor = async (
  { claim, settings, noteFound }: DeliveryContext,
  session: Pick<ForgeSession, 'author'>,
): Promise<GitPerson> => {
  if (claim.found.author !== undefined) return claim.found.author;
  const author = (await session.author()) ?? settings.author;
  await noteFound({ author });
  return author;
};
