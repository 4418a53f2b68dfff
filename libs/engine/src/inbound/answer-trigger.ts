import type { FrozenTrigger } from '@drydock/contracts';
import { AppError, crashPoint, isFinal, toAppError, type ApiKeyId, type TaskId } from '@drydock/domain';
import { acknowledge } from '../conversation/acknowledge.ts';
import { explainFailure } from '../conversation/explain-failure.ts';
import type { Forge, ForgeRepository, ForgeSession } from '../ports/forge.ts';
import type {
  ForgeConversation,
  ForgeConversations,
  PullRequestFacts,
  ReviewRemark,
} from '../ports/forge-conversation.ts';
import type { ClaimedInbound, InboundStore, TriggerOrigin } from '../ports/inbound-store.ts';
import type { RepositoryRecord, RepositoryStore } from '../ports/repository-store.ts';
import type { TaskRecord } from '../ports/task-record.ts';
import type { TaskStore } from '../ports/task-store.ts';
import type { Caller } from '../tasks/caller.ts';
import type { CancelTask } from '../tasks/cancel-task.ts';
import type { RetryTask } from '../tasks/retry-task.ts';
import type { SubmitTask } from '../tasks/submit-task.ts';
import { HELP, helpMark } from './help-text.ts';
import { knownRepository } from './known-repository.ts';
import {
  commandIn,
  judgePermission,
  judgePullRequest,
  judgeSelf,
  judgeSettings,
  taskOfBranch,
  type TriggerRefusal,
  type Verdict,
} from './judge-trigger.ts';
import type { AnswersTriggers, Decided } from './process-inbound.ts';
import { remarksOfThen } from './remarks-of-then.ts';
import { mayPass } from './trigger-faults.ts';
import { triggerDescription } from './trigger-description.ts';
import { triggerRequest } from './trigger-request.ts';

export interface AnswerPorts {
  readonly repositories: Pick<RepositoryStore, 'find' | 'findByForgeId' | 'noteForgeId' | 'rename'>;
  readonly inbound: Pick<InboundStore, 'tasksOf'>;
  readonly tasks: Pick<TaskStore, 'get'>;
  readonly forge: Forge;
  readonly conversations: ForgeConversations;
  readonly submit: Pick<SubmitTask, 'run'>;
  readonly cancel: Pick<CancelTask, 'run'>;
  readonly retry: Pick<RetryTask, 'run'>;
}

/** Everything that is known of a trigger whose sender may start tasks. */
interface Known {
  readonly inbound: ClaimedInbound;
  readonly trigger: FrozenTrigger;
  readonly repository: RepositoryRecord;
  readonly talk: ForgeConversation;
  readonly session: ForgeSession;
  readonly self: string;
  readonly caller: Caller;
  readonly pull: PullRequestFacts | null;
  /** Whose pull request it is; null: an issue, or a pull request of somebody else. */
  readonly ours: TaskRecord | null;
}

const sameRepository = (a: ForgeRepository | null, b: ForgeRepository): boolean =>
  a !== null && `${a.owner}/${a.name}`.toLowerCase() === `${b.owner}/${b.name}`.toLowerCase();

/** The team is the repository's, whoever asks: a sender is nobody here but a name. */
const callerOf = ({ sender }: FrozenTrigger, { teamId }: RepositoryRecord): Caller => ({
  keyId: `github:${sender}` as ApiKeyId,
  teamId,
  scopes: ['tasks:read', 'tasks:write'],
  requestsPerSecond: null,
});

const originOf = ({ repository, trigger }: Known): TriggerOrigin => {
  const { number, isPullRequest, sender, kind, said } = trigger;
  const commentId = said?.id ?? null;
  return { repositoryId: repository.id, number, isPullRequest, sender, trigger: kind, commentId };
};

const settled = (
  verdict: Exclude<Verdict, { is: 'fine' }>,
  repository: RepositoryRecord | null,
): Decided => ({
  state: verdict.is,
  reason: verdict.reason,
  teamId: repository?.teamId ?? null,
});

/** Asks who may do what, and then does it. Each step that has an effect finds what an earlier try did. */
export class AnswerTrigger implements AnswersTriggers {
  readonly #ports: AnswerPorts;

  constructor(ports: AnswerPorts) {
    this.#ports = ports;
  }

  async run(inbound: ClaimedInbound, signal: AbortSignal): Promise<Decided> {
    const { trigger } = inbound;
    const repository = await knownRepository(this.#ports, trigger, signal);
    const bySettings = judgeSettings(trigger, repository);
    if (bySettings.is !== 'fine') return settled(bySettings, repository);
    if (repository === null) throw new Error('judgeSettings lets no unknown repository through');
    const refuse = (reason: TriggerRefusal): Decided => settled({ is: 'refused', reason }, repository);
    if (!sameRepository(this.#ports.forge.repositoryOf(trigger.repository.cloneUrl), repository.forge))
      return refuse('repository_mismatch');
    const { talk, session } = await this.#connect(repository.forge, signal);
    const self = await talk.self();
    const bySelf = judgeSelf(trigger, self);
    if (bySelf.is !== 'fine') return settled(bySelf, repository);
    const byPermission = judgePermission(await talk.permissionOf(trigger.sender));
    if (byPermission.is !== 'fine') return settled(byPermission, repository);
    const { isPullRequest, number } = trigger;
    const pull = isPullRequest ? await talk.pullRequest(number) : null;
    const ours = pull === null ? null : await this.#ownerOf(pull, repository);
    const caller = callerOf(trigger, repository);
    const known = { inbound, trigger, repository, talk, session, self, caller, pull, ours };
    return this.#answer(known);
  }

  /** Shown to the sender, who may write here and should not wonder: seen, and whether it comes to nothing. */
  async #answer(known: Known): Promise<Decided> {
    const { talk, inbound } = known;
    const judged = await this.#judge(known);
    if (judged?.state === 'ignored') return judged;
    await acknowledge(talk, inbound, 'eyes');
    crashPoint('inbound.reacted');
    const decided = judged ?? (await this.#obeyOrExplain(known));
    if (decided.state === 'refused' || decided.state === 'failed')
      await acknowledge(talk, inbound, 'confused');
    return decided;
  }

  async #connect(repository: ForgeRepository, signal: AbortSignal) {
    const token = await this.#ports.forge.token(repository, 'converse', { own: null, signal });
    if (token === null)
      throw new AppError(
        'forge_not_configured',
        'There is no credential for the code host: an operator sets GITHUB_TOKEN or a GitHub App.',
      );
    return {
      talk: this.#ports.conversations.converse(repository, token, signal),
      session: this.#ports.forge.open(repository, token, signal),
    };
  }

  /** A branch of that name can be made by anybody who may push: the task must be one of this team and this repository. */
  async #ownerOf(pull: PullRequestFacts, repository: RepositoryRecord): Promise<TaskRecord | null> {
    const id = taskOfBranch(pull.headBranch);
    const task = id === null ? null : await this.#ports.tasks.get(repository.teamId, id);
    const url = task?.request.source?.git?.url;
    if (task === null || url === undefined) return null;
    // It may have had another name then.
    const isOfHere =
      task.origin?.repositoryId === repository.id ||
      sameRepository(this.#ports.forge.repositoryOf(url), repository.forge);
    return isOfHere ? task : null;
  }

  /** What the pull request and the repository themselves stand in the way with; null: nothing. */
  async #judge(known: Known): Promise<Decided | null> {
    const { trigger, repository, pull, session, ours, self } = known;
    const fullName = `${repository.forge.owner}/${repository.forge.name}`;
    const byPull = trigger.isPullRequest
      ? judgePullRequest(pull, fullName, commandIn(trigger, self).do)
      : null;
    if (byPull !== null && byPull.is !== 'fine') return settled(byPull, repository);
    if (trigger.kind === 'review' && ours === null)
      return settled({ is: 'ignored', reason: 'not_our_pull_request' }, repository);
    if (await this.#isPartOfReview(known))
      return settled({ is: 'ignored', reason: 'part_of_review' }, repository);
    const { isArchived, forgeId } = await session.facts();
    if (isArchived) return settled({ is: 'refused', reason: 'repository_archived' }, repository);
    // Somebody else's by now: what was set up for the one that had the name before is not meant for it.
    if (repository.forgeId !== null && repository.forgeId !== forgeId)
      return settled({ is: 'refused', reason: 'repository_mismatch' }, repository);
    if (repository.forgeId === null) await this.#ports.repositories.noteForgeId(repository.id, forgeId);
    return null;
  }

  /** A request for changes comes with its remarks, and is a trigger itself: one that is told twice is one task. */
  async #isPartOfReview({ trigger: { number, said }, ours, talk }: Known): Promise<boolean> {
    return ours !== null && said?.reviewId !== undefined && talk.asksForChanges(number, said.reviewId);
  }

  /** What nobody refuses and what can be no task nevertheless, for want of a model, say: people are told why. */
  async #obeyOrExplain(known: Known): Promise<Decided> {
    try {
      return await this.#obey(known);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (mayPass(error) || error.code === 'lease_lost') throw thrown;
      await explainFailure(known.talk, known.inbound, error);
      return { state: 'failed', reason: error.code, teamId: known.repository.teamId };
    }
  }

  async #obey(known: Known): Promise<Decided> {
    const command = commandIn(known.trigger, known.self);
    switch (command.do) {
      case 'help':
        return this.#help(known);
      case 'cancel':
        return this.#cancel(known);
      case 'retry':
        return this.#retry(known);
      case 'start':
        return this.#start(known, command.instruction);
    }
  }

  async #help({ talk, trigger, inbound, repository }: Known): Promise<Decided> {
    const mark = helpMark(inbound.id);
    if ((await talk.findComment(trigger.number, mark)) === null)
      await talk.comment(trigger.number, `${HELP}\n\n${mark}`);
    return { state: 'accepted', reason: 'helped', teamId: repository.teamId };
  }

  async #cancel(known: Known): Promise<Decided> {
    const { caller, repository } = known;
    const live = (await this.#tasksOf(known)).filter(({ status }) => !isFinal(status));
    for (const { id } of live) await this.#ports.cancel.run(caller.teamId, id);
    return live.length === 0
      ? settled({ is: 'refused', reason: 'nothing_to_cancel' }, repository)
      : { state: 'accepted', reason: 'cancelled', teamId: caller.teamId };
  }

  async #retry(known: Known): Promise<Decided> {
    const [last] = (await this.#tasksOf(known)).filter(({ status }) => isFinal(status));
    if (last === undefined) return settled({ is: 'refused', reason: 'nothing_to_retry' }, known.repository);
    const { caller, inbound } = known;
    const retried = await this.#ports.retry.run({
      caller,
      id: last.id,
      body: {},
      idempotencyKey: inbound.id,
    });
    return this.#started(known, retried.task.id);
  }

  async #start(known: Known, instruction: string): Promise<Decided> {
    const { trigger, repository, session, pull, ours, inbound, caller } = known;
    const { base } = repository.forge;
    if (pull === null && base !== null && (await session.branchTip(base)) === null)
      return settled({ is: 'refused', reason: 'base_not_found' }, repository);
    const remarks = await this.#remarksFor(known);
    if (trigger.isPullRequest && instruction === '' && remarks.length === 0)
      return settled({ is: 'refused', reason: 'instruction_missing' }, repository);
    const earlier = ours?.request.description ?? null;
    const description = triggerDescription({ inboundId: inbound.id, trigger, instruction, earlier, remarks });
    const { task } = await this.#ports.submit.run({
      caller,
      request: triggerRequest({ trigger, repository, pull, ours, instruction, description }),
      trigger: { origin: originOf(known), parentId: ours?.id ?? null },
      // The same sending is the same task, also when the settings changed between two tries.
      body: { inbound: inbound.id },
      archive: null,
      idempotencyKey: inbound.id,
    });
    return this.#started(known, task.id);
  }

  /** Those of the review that asks, else all that one of our pull requests has; of somebody else's, what is told along. */
  async #remarksFor({
    trigger: { kind, said, number },
    ours,
    talk,
  }: Known): Promise<readonly ReviewRemark[]> {
    const reviewId = kind === 'review' ? said?.id : ours === null ? said?.reviewId : null;
    if (reviewId === undefined) return [];
    return remarksOfThen(await talk.remarks(number, reviewId), said?.saidAt);
  }

  /** Of this conversation, newest first: those that it started, and the one whose pull request it is. */
  async #tasksOf({ repository, trigger, ours, caller }: Known): Promise<TaskRecord[]> {
    const ids = await this.#ports.inbound.tasksOf(repository.id, trigger.number);
    const found = await Promise.all(ids.map((id) => this.#ports.tasks.get(caller.teamId, id)));
    const others = ours === null || ids.includes(ours.id) ? [] : [ours];
    return [...found.filter((task) => task !== null), ...others];
  }

  #started(known: Known, taskId: TaskId): Decided {
    crashPoint('inbound.task_made');
    const started = { taskId, origin: originOf(known) };
    return { state: 'accepted', reason: 'started', teamId: known.repository.teamId, started };
  }
}
