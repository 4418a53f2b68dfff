import { TaskRequest, type FrozenTrigger } from '@drydock/contracts';
import type { PullRequestFacts } from '../ports/forge-conversation.ts';
import type { RepositoryRecord } from '../ports/repository-store.ts';
import { visibleText } from './untrusted-text.ts';

/** Of characters, of which some take two places in the schema's count of 256. */
const MAX_TITLE = 128;

export interface Wanted {
  readonly trigger: FrozenTrigger;
  readonly repository: RepositoryRecord;
  /** Null: an issue. */
  readonly pull: PullRequestFacts | null;
  readonly description: string;
}

/** One line that a pull request can be called. */
const titleOf = (text: string): string | undefined => {
  const line = visibleText(text).replace(/\s+/g, ' ').trim();
  return line === '' ? undefined : Array.from(line).slice(0, MAX_TITLE).join('').trim();
};

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

/**
 * The task that a trigger asks for. On an issue it starts from the base of the repository's settings and closes the issue; on
 * a pull request it starts from the head of its branch, and is merged into that.
 */
export const triggerRequest = ({ trigger, repository, pull, description }: Wanted): TaskRequest => {
  const { forge } = repository;
  const ref = pull?.headBranch ?? forge.base ?? undefined;
  return TaskRequest.parse({
    source: { git: { url: trigger.repository.cloneUrl, ref } },
    description,
    limits: forge.limits,
    labels: triggerLabels(trigger),
    deliver: {
      pullRequest: {
        title: titleOf(trigger.title),
        base: ref,
        labels: forge.labels,
        ...(pull === null && { closes: trigger.number }),
      },
    },
  });
};
