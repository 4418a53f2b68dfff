import type { FrozenTrigger } from '@drydock/contracts';
import { deliveryBranch, isGitRef, isTaskId, type TaskId } from '@drydock/domain';
import type { ForgePermission, PullRequestFacts } from '../ports/forge-conversation.ts';
import type { RepositoryRecord, RepositoryTriggers } from '../ports/repository-store.ts';
import { commandOf, isSameLogin, mentionsIn, withoutMention, type Command } from './command.ts';

/** Why a trigger starts nothing. Stable: they are in the audit log, and people look for them. */
export type TriggerRefusal =
  | 'repository_unknown'
  | 'repository_mismatch'
  | 'repository_archived'
  | 'repository_disabled'
  | 'trigger_off'
  | 'sender_is_self'
  | 'sender_lacks_permission'
  | 'pull_request_missing'
  | 'pull_request_of_fork'
  | 'pull_request_not_open'
  | 'branch_name_unsafe'
  | 'base_not_found'
  | 'instruction_missing'
  | 'nothing_to_cancel'
  | 'nothing_to_retry';

/** Why it was none of our business after all. */
export type TriggerDisregard = 'not_mentioned' | 'not_assigned' | 'not_our_pull_request' | 'part_of_review';

export type Verdict =
  | { readonly is: 'fine' }
  | { readonly is: 'refused'; readonly reason: TriggerRefusal }
  | { readonly is: 'ignored'; readonly reason: TriggerDisregard };

const FINE: Verdict = { is: 'fine' };
const refused = (reason: TriggerRefusal): Verdict => ({ is: 'refused', reason });

/** A request for changes is said in words, as a comment is. */
const SWITCH = {
  label: 'label',
  comment: 'comment',
  review: 'comment',
  assignment: 'assignment',
  mention: 'mention',
} as const satisfies Record<FrozenTrigger['kind'], keyof RepositoryTriggers>;

/** What the team has switched on. Asked before the forge is. */
export const judgeSettings = (trigger: FrozenTrigger, repository: RepositoryRecord | null): Verdict => {
  if (repository === null) return refused('repository_unknown');
  if (!repository.forge.enabled) return refused('repository_disabled');
  return repository.forge.triggers[SWITCH[trigger.kind]] ? FINE : refused('trigger_off');
};

/** Who we are, against who sent it and whom it is meant for. */
export const judgeSelf = (trigger: FrozenTrigger, self: string): Verdict => {
  if (isSameLogin(trigger.sender, self)) return refused('sender_is_self');
  if (trigger.kind === 'assignment' && !isSameLogin(trigger.assignee ?? '', self))
    return { is: 'ignored', reason: 'not_assigned' };
  const isMentioned = [...mentionsIn(trigger.said?.text ?? '')].some((login) => isSameLogin(login, self));
  return trigger.kind === 'mention' && !isMentioned ? { is: 'ignored', reason: 'not_mentioned' } : FINE;
};

const MAY_START: ReadonlySet<ForgePermission> = new Set(['admin', 'maintain', 'write']);

export const judgePermission = (permission: ForgePermission): Verdict =>
  MAY_START.has(permission) ? FINE : refused('sender_lacks_permission');

/** What may be said of a pull request that has ended: it takes no more work, but some may still be under way for it. */
const AFTER_ITS_END: ReadonlySet<Command['do']> = new Set(['cancel', 'help']);

/** Where a command on a pull request leads. `fullName` is that of the repository. */
export const judgePullRequest = (
  pull: PullRequestFacts | null,
  fullName: string,
  command: Command['do'],
): Verdict => {
  if (pull === null) return refused('pull_request_missing');
  if (pull.headRepository?.toLowerCase() !== fullName.toLowerCase()) return refused('pull_request_of_fork');
  if (pull.state !== 'open' && !AFTER_ITS_END.has(command)) return refused('pull_request_not_open');
  return isGitRef(pull.headBranch) ? FINE : refused('branch_name_unsafe');
};

/** What the sender wants. A label, an assignment and a review want what is written at the issue. */
export const commandIn = ({ kind, said }: FrozenTrigger, self: string): Command => {
  const text = said?.text ?? '';
  const start = (instruction: string): Command => ({ do: 'start', instruction });
  if (kind === 'review') return start(commandOf(text) === null ? text.trim() : text.trim().slice(8).trim());
  if (kind === 'mention') return start(withoutMention(text, self));
  return kind === 'comment' ? (commandOf(text) ?? start('')) : start('');
};

/** The task whose branch this is, by its name alone: whether it is that task's is asked of the store. Null: no task's. */
export const taskOfBranch = (branch: string): TaskId | null => {
  const id = branch.slice(branch.indexOf('/') + 1);
  return isTaskId(id) && deliveryBranch(id) === branch ? id : null;
};
