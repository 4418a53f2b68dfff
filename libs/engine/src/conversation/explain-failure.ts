import { createHash } from 'node:crypto';
import { AppError } from '@drydock/domain';
import { quoted } from '../delivery/text/neutral-text.ts';
import { OWN_MARK } from '../inbound/read-event.ts';
import { mayPass } from '../inbound/trigger-faults.ts';
import type { ForgeConversation } from '../ports/forge-conversation.ts';
import type { ClaimedInbound } from '../ports/inbound-store.ts';

const MESSAGE_MOST = 2_000;

/** Unseen in the comment: by it the answer to one sending is found again. */
const markOf = (inboundId: string): string =>
  `${OWN_MARK}failure:${createHash('sha256').update(inboundId).digest('hex').slice(0, 16)} -->`;

/**
 * Tells the sender, once, why no task could be made of a trigger: there is no comment about a task that could say it. Where
 * the code host takes no comment, the audit log alone says it.
 * @throws AppError when the code host is away.
 */
export const explainFailure = async (
  talk: Pick<ForgeConversation, 'comment' | 'findComment'>,
  { id, trigger: { number } }: Pick<ClaimedInbound, 'id' | 'trigger'>,
  { detail }: AppError,
): Promise<void> => {
  const mark = markOf(id);
  const body = ['❌ **Nothing was started.**', quoted(detail, MESSAGE_MOST), mark].join('\n\n');
  try {
    if ((await talk.findComment(number, mark)) === null) await talk.comment(number, body);
  } catch (error) {
    if (!(error instanceof AppError) || mayPass(error)) throw error;
  }
};
