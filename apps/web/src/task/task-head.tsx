import type { ComponentChildren } from 'preact';
import type { Task } from '../api/types.ts';
import { Link } from '../routes/link.tsx';
import { taskUrl } from '../routes/match-route.ts';
import { sourceText, titleOf } from '../tasks/source-text.ts';
import { Diffstat, Labels } from '../tasks/task-row.tsx';
import { ago, cost, count, counted, dateTime, duration, words } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';
import { ErrorLink } from '../ui/error-link.tsx';
import { OutsideLink } from '../ui/outside-link.tsx';
import { Badge, TaskBadge } from '../ui/status-badge.tsx';
import { TaskActions } from './task-actions.tsx';

interface TaskHeadProps {
  readonly task: Task;
  readonly now: number;
  /** Somebody asked for its end, which has not come yet. */
  readonly isCancelling: boolean;
  readonly onChanged: () => void;
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div class="fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const verifyText = ({ verify }: Task): string | null => {
  if (verify.length === 0) return null;
  const passed = verify.filter(({ exitCode }) => exitCode === 0).length;
  return passed === verify.length ? `${count(passed)} passed` : `${count(verify.length - passed)} failed`;
};

const elapsed = ({ startedAt, finishedAt }: Task, now: number): string => {
  if (startedAt === null) return 'not started';
  const endMs = finishedAt === null ? now : Date.parse(finishedAt);
  return duration(Math.max(0, (endMs - Date.parse(startedAt)) / 1000));
};

/** The link once it is open; until then how it goes, with the way to why. */
const PullRequest = ({ task: { id, pullRequest, deliveries } }: { readonly task: Task }) => {
  const delivery = deliveries.findLast(({ kind }) => kind === 'pull_request');
  if (pullRequest === null && delivery === undefined) return null;
  return (
    <Fact name="Pull request">
      {pullRequest === null ? (
        <Link href={taskUrl(id, 'details')}>{words(delivery?.state ?? '')}</Link>
      ) : (
        <OutsideLink href={pullRequest.url}>#{pullRequest.number}</OutsideLink>
      )}
    </Fact>
  );
};

const Facts = ({ task, now }: { readonly task: Task; readonly now: number }) => {
  const verified = verifyText(task);
  const { usage } = task;
  return (
    <dl class="facts">
      <Fact name="Time">{elapsed(task, now)}</Fact>
      {task.diffstat !== null && (
        <Fact name="Patch">
          {task.diffstat.files === 0 ? (
            'no changes'
          ) : (
            <>
              <Diffstat stat={task.diffstat} /> in {counted(task.diffstat.files, 'file')}
            </>
          )}
        </Fact>
      )}
      {verified !== null && <Fact name="Verify">{verified}</Fact>}
      {usage.modelCalls > 0 && (
        <>
          <Fact name="Tokens">
            {count(usage.inputTokens)} in, {count(usage.outputTokens)} out
          </Fact>
          <Fact name="Cost">{cost(usage.costUsd)}</Fact>
        </>
      )}
      <PullRequest task={task} />
    </dl>
  );
};

export const TaskHead = ({ task, now, isCancelling, onChanged }: TaskHeadProps) => (
  <header class="task-head">
    <div class="task-head-main">
      <p class="task-meta">
        {isCancelling ? <Badge status="queued" text="cancelling" /> : <TaskBadge task={task} />}
        <bdi>{sourceText(task)}</bdi>
        <time dateTime={task.createdAt} title={dateTime(task.createdAt)}>
          {ago(task.createdAt, now)}
        </time>
        {task.retryOf !== null && (
          <span>
            retry of <Link href={taskUrl(task.retryOf)}>an earlier task</Link>
          </span>
        )}
        <Labels labels={task.labels} />
      </p>
      <h1>
        <bdi>{titleOf(task)}</bdi>
      </h1>
    </div>
    <TaskActions task={task} isCancelling={isCancelling} onChanged={onChanged} />
    {task.error !== null && (
      <p class="task-error">
        <ErrorLink code={task.error.code} /> <bdi>{visible(task.error.message)}</bdi>
      </p>
    )}
    <Facts task={task} now={now} />
  </header>
);
