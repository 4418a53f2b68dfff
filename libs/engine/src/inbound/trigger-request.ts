import { TaskRequest, type FrozenTrigger } from '@drydock/contracts';
import { noreplyAddress } from '@drydock/domain';
import { capText, neutral } from '../delivery/text/neutral-text.ts';
import type { PullRequestFacts } from '../ports/forge-conversation.ts';
import type { RepositoryRecord } from '../ports/repository-store.ts';
import type { TaskRecord } from '../ports/task-record.ts';
import { visibleText } from './untrusted-text.ts';

/** Of characters, of which some take two places in the schema's count. */
const MAX_TITLE = 128;
/** The schema's own; a neutral title is longer than it was. */
const MAX_UNITS = 256;

export interface Wanted {
  readonly trigger: FrozenTrigger;
  readonly repository: RepositoryRecord;
  /** Null: an issue. */
  readonly pull: PullRequestFacts | null;
  /** The task whose pull request it is; null: somebody else's. */
  readonly ours: TaskRecord | null;
  readonly instruction: string;
  readonly description: string;
}

/**
 * One line that a pull request and its commit can be called, and that is asked for as a client's own words are: an issue's
 * `Fixes #1` must close no other issue when the commit is merged.
 */
const titleOf = (text: string): string | undefined => {
  const line = visibleText(text).replace(/\s+/g, ' ').trim();
  if (line === '') return undefined;
  return capText(neutral(Array.from(line).slice(0, MAX_TITLE).join('')), MAX_UNITS).trim();
};

/** Who asked, as the code host knows them in a commit. */
const coAuthorOf = ({ sender, senderId, repository: { cloneUrl } }: FrozenTrigger) =>
  senderId === undefined
    ? undefined
    : { name: sender, email: noreplyAddress({ id: senderId, login: sender }, new URL(cloneUrl).hostname) };

/** The labels by which the tasks of an issue are found. */
export const triggerLabels = ({
  repository,
  number,
  sender,
  kind,
}: FrozenTrigger): Record<string, string> => ({
  'github.repository': `${repository.owner}/${repository.name}`,
  'github.number': String(number),
  'github.sender': sender,
  'github.trigger': kind,
});

const firstLine = (text: string): string => text.trim().split('\n', 1)[0] ?? '';

/** What the first task was asked for holds for the commits that are added to it, but for what the settings say by now. */
const inherited = ({ ours, repository }: Wanted) =>
  ours === null
    ? { limits: repository.forge.limits }
    : {
        ...ours.request,
        limits: { ...ours.request.limits, ...repository.forge.limits },
        notBefore: undefined,
      };

/** One more commit needs no more than its own title: the rest is the pull request's. */
const pullRequestOf = ({ trigger, repository, pull, ours, instruction }: Wanted, ref: string | undefined) =>
  ours === null
    ? {
        title: titleOf(trigger.title),
        base: ref,
        labels: repository.forge.labels,
        ...(pull === null && { closes: trigger.number }),
      }
    : {
        title: titleOf(firstLine(instruction)) ?? 'Address the review',
        when: ours.request.deliver?.pullRequest?.when,
      };

/**
 * The task that a trigger asks for. On an issue it starts from the base of the repository's settings and closes the issue. On
 * a pull request it starts from the head of its branch: one of ours gets one more commit, and into anybody else's branch the
 * change is merged by a pull request of its own.
 */
export const triggerRequest = (wanted: Wanted): TaskRequest => {
  const { trigger, repository, pull, description } = wanted;
  const ref = pull?.headBranch ?? repository.forge.base ?? undefined;
  return TaskRequest.parse({
    ...inherited(wanted),
    source: { git: { url: trigger.repository.cloneUrl, ref } },
    description,
    labels: triggerLabels(trigger),
    deliver: { pullRequest: { ...pullRequestOf(wanted, ref), coAuthor: coAuthorOf(trigger) } },
  });
};
