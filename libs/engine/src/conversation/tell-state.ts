import { createHash } from 'node:crypto';
import { AppError, crashPoint } from '@drydock/domain';
import type { ClaimedTelling, ConversationStore, Told } from '../ports/conversation-store.ts';
import type { Forge } from '../ports/forge.ts';
import type { ForgeConversation, ForgeConversations } from '../ports/forge-conversation.ts';
import { isOver, stickyComment, stickyMark } from './sticky-comment.ts';

/** Between two edits of one comment. */
const REST_MS = 5_000;

export interface TellingPorts {
  readonly conversations: ForgeConversations;
  readonly forge: Pick<Forge, 'token'>;
  readonly store: Pick<ConversationStore, 'noteSticky'>;
}

export interface TellingOptions {
  /** Where people reach the api, without a slash at its end; null: not known. */
  readonly publicUrl: string | null;
  /** Fires when the try is to stop. */
  readonly signal: AbortSignal;
  /** Throws once the telling may be another worker's. Asked right before a comment is made. */
  readonly check: () => void;
}

const connect = async (
  { forge, conversations }: TellingPorts,
  { repository }: ClaimedTelling,
  signal: AbortSignal,
): Promise<ForgeConversation> => {
  const token = await forge.token(repository, 'converse', null);
  if (token === null)
    throw new AppError(
      'forge_not_configured',
      'There is no credential for the code host: an operator sets GITHUB_TOKEN or a GitHub App.',
    );
  return conversations.converse(repository, token, signal);
};

/** The comment that an earlier try made, and whose number got lost with its answer or its worker. */
const findSticky = (talk: ForgeConversation, { stickyId, origin, task }: ClaimedTelling) =>
  stickyId === null ? talk.findComment(origin.number, stickyMark(task.id)) : Promise.resolve(stickyId);

/**
 * Brings the one comment about a task up to date, and makes it when there is none. Each step looks for what an earlier try
 * may have left, so it may end anywhere and be told again. A comment that somebody removed is not made anew.
 * @throws AppError as the code host and the store do.
 */
export const tellState = async (
  ports: TellingPorts,
  claim: ClaimedTelling,
  { publicUrl, signal, check }: TellingOptions,
): Promise<Told> => {
  const { task, fence, seq, origin } = claim;
  const said = stickyComment(task, publicUrl === null ? null : `${publicUrl}/v1/tasks/${task.id}`);
  const shown = createHash('sha256').update(said).digest('hex');
  const told: Told = { seq, shown, isOver: isOver(task), restMs: REST_MS };
  if (claim.stickyId !== null && claim.shown === shown) return told;
  const body = `${said}\n\n${stickyMark(task.id)}`;
  const talk = await connect(ports, claim, signal);
  const stickyId = await findSticky(talk, claim);
  if (stickyId === null) {
    check();
    const made = await talk.comment(origin.number, body);
    crashPoint('telling.comment_made');
    await ports.store.noteSticky(fence, made);
    crashPoint('telling.noted');
    return told;
  }
  if (claim.stickyId === null) await ports.store.noteSticky(fence, stickyId);
  check();
  const isThere = await talk.editComment(stickyId, body);
  crashPoint('telling.comment_edited');
  return isThere ? told : { ...told, isOver: true };
};
