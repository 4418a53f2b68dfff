import { AppError, type ErrorCode } from '@drydock/domain';
import type { ForgeConversation, Reaction, ReactionTarget } from '../ports/forge-conversation.ts';
import type { ClaimedInbound } from '../ports/inbound-store.ts';

/** No reason to leave the work undone: the comment was removed, its conversation locked, or the repository archived. */
const NO_MATTER: ReadonlySet<ErrorCode> = new Set([
  'forge_refused',
  'forge_permission_missing',
  'forge_repository_archived',
]);

/** What the sender looks at. A review takes no reactions, but its pull request does. */
const targetOf = ({ event, trigger }: ClaimedInbound): ReactionTarget => {
  const { said, number } = trigger;
  if (said === null || event === 'pull_request_review') return { kind: 'issue', id: number };
  return { kind: event === 'pull_request_review_comment' ? 'review_comment' : 'comment', id: said.id };
};

/** Shows the sender that the trigger was seen; may be told again. @throws AppError when the code host is away. */
export const acknowledge = async (
  talk: Pick<ForgeConversation, 'react'>,
  inbound: ClaimedInbound,
  reaction: Reaction,
): Promise<void> => {
  try {
    await talk.react(targetOf(inbound), reaction);
  } catch (error) {
    if (!(error instanceof AppError) || !NO_MATTER.has(error.code)) throw error;
  }
};
