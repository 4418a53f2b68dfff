import type { TaskRequest } from '@drydock/contracts';
import type { PullRequestOrder } from '../ports/delivery-store.ts';

type Asked = NonNullable<NonNullable<TaskRequest['deliver']>['pullRequest']>;

/** What was asked for with the defaults filled in, whether it came with the task or after it. */
export const pullRequestOrder = (asked: Asked): PullRequestOrder => ({
  base: asked.base ?? null,
  draft: asked.draft ?? false,
  title: asked.title ?? null,
  labels: asked.labels ?? [],
  reviewers: asked.reviewers ?? [],
  maintainerCanModify: asked.maintainerCanModify ?? true,
  when: asked.when ?? null,
  closes: asked.closes ?? null,
  ...(asked.coAuthor !== undefined && { coAuthor: asked.coAuthor }),
});
