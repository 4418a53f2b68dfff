import { createHash } from 'node:crypto';
import { AppError, crashPoint } from '@drydock/domain';
import { taskLink } from '../delivery/text/task-link.ts';
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
  const token = await forge.token(repository, 'converse', { own: null, signal });
  if (token === null)
    throw new AppError(
      'forge_not_configured',
      'There is no credential for the code host: an operator sets GITHUB_TOKEN or a GitHub App.',
    );
  return conversations.converse(repository, token, signal);
};

/** Stands before the digest of what the second comment says: the first one was removed, and a third is not made. */
const AGAIN = 'again ';

/** Edits the comment, or makes it when there is none. An earlier try may have made it and lost its number. */
const put = async (
  [talk, { store }]: readonly [ForgeConversation, TellingPorts],
  { fence, stickyId: noted, origin, task }: ClaimedTelling,
  { body, stickyId, check }: { body: string; stickyId: number | null; check: () => void },
): Promise<'there' | 'gone'> => {
  const id = stickyId ?? (await talk.findComment(origin.number, stickyMark(task.id)));
  if (id === null) {
    check();
    const made = await talk.comment(origin.number, body);
    crashPoint('telling.comment_made');
    await store.noteSticky(fence, made);
    crashPoint('telling.noted');
    return 'there';
  }
  if (id !== noted) await store.noteSticky(fence, id);
  check();
  const isThere = await talk.editComment(id, body);
  crashPoint('telling.comment_edited');
  return isThere ? 'there' : 'gone';
};

/**
 * Brings the one comment about a task up to date, and makes it when there is none. Each step looks for what an earlier try
 * may have left, so it may end anywhere and be told again. A comment that somebody removed is made anew once: that may have
 * been a mistake, the second time it was none. @throws AppError as the code host and the store do.
 */
export const tellState = async (
  ports: TellingPorts,
  claim: ClaimedTelling,
  { publicUrl, signal, check }: TellingOptions,
): Promise<Told> => {
  const { task, seq } = claim;
  const said = stickyComment(task, taskLink(publicUrl, task.id));
  const digest = createHash('sha256').update(said).digest('hex');
  const isSecond = claim.shown?.startsWith(AGAIN) === true;
  const shown = isSecond ? `${AGAIN}${digest}` : digest;
  const told: Told = { seq, shown, isOver: isOver(task), restMs: REST_MS };
  if (claim.stickyId !== null && claim.shown === shown) return told;
  const places = [await connect(ports, claim, signal), ports] as const;
  const body = `${said}\n\n${stickyMark(task.id)}`;
  if ((await put(places, claim, { body, check, stickyId: claim.stickyId })) === 'there') return told;
  if (isSecond) return { ...told, isOver: true };
  await put(places, claim, { body, check, stickyId: null });
  return { ...told, shown: `${AGAIN}${digest}` };
};
