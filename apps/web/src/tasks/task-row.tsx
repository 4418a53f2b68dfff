import type { Task } from '../api/types.ts';
import { Link } from '../routes/link.tsx';
import { taskUrl } from '../routes/match-route.ts';
import { ago, count, dateTime, duration } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';
import { TaskBadge } from '../ui/status-badge.tsx';
import { sourceText, titleOf } from './source-text.ts';

/** Seconds that a task has run, or ran; null before it began. */
const secondsOf = ({ startedAt, finishedAt }: Task, now: number): number | null => {
  if (startedAt === null) return null;
  return ((finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt)) / 1000;
};

export const Diffstat = ({ stat }: { readonly stat: NonNullable<Task['diffstat']> }) => (
  <span class="diffstat">
    <span class="plus">+{count(stat.insertions)}</span> <span class="minus">−{count(stat.deletions)}</span>
    <span class="sr-only"> lines</span>
  </span>
);

export const Labels = ({ labels }: { readonly labels: Task['labels'] }) => (
  <>
    {Object.entries(labels).map(([key, value]) => (
      <bdi key={key} class="label">
        {visible(key)}:{visible(value)}
      </bdi>
    ))}
  </>
);

export const TaskRow = ({ task, now }: { readonly task: Task; readonly now: number }) => {
  const seconds = secondsOf(task, now);
  return (
    <li class="task-row">
      <div class="task-state">
        <TaskBadge task={task} />
      </div>
      <div class="task-what">
        <Link class="task-title" href={taskUrl(task.id)}>
          <bdi>{titleOf(task)}</bdi>
        </Link>
        <p class="task-meta">
          <bdi>{sourceText(task)}</bdi>
          <Labels labels={task.labels} />
          {task.pullRequest !== null && <span>pull request #{task.pullRequest.number}</span>}
        </p>
      </div>
      <div class="task-figures">
        {task.diffstat !== null && task.diffstat.files > 0 && <Diffstat stat={task.diffstat} />}
        <span>{seconds === null ? 'not started' : duration(Math.max(0, seconds))}</span>
        <time dateTime={task.createdAt} title={dateTime(task.createdAt)}>
          {ago(task.createdAt, now)}
        </time>
      </div>
    </li>
  );
};
