import { useLayoutEffect, useRef } from 'preact/hooks';
import { Link } from '../routes/link.tsx';
import { TASK_TABS, taskUrl, type TaskTab } from '../routes/match-route.ts';
import { DiffPage } from '../diff/diff-page.tsx';
import { LogView } from '../log/log-view.tsx';
import { titleOf } from '../tasks/source-text.ts';
import { count } from '../text/amounts.ts';
import { Alert } from '../ui/alert.tsx';
import { taskState } from '../ui/status-badge.tsx';
import { useNow } from '../ui/use-tick.ts';
import { useTitle } from '../ui/use-title.ts';
import type { Task } from '../api/types.ts';
import { Details } from './details.tsx';
import { Prompts } from './prompts.tsx';
import { Steps } from './steps.tsx';
import { TaskHead } from './task-head.tsx';
import { TimelineView } from './timeline-view.tsx';
import { useTask, type FollowedTask } from './use-task.ts';

interface TaskPageProps {
  readonly id: string;
  readonly tab: TaskTab;
}

const TAB_NAMES: Readonly<Record<TaskTab, string>> = {
  log: 'Log',
  steps: 'Steps',
  diff: 'Diff',
  prompts: 'Prompts',
  details: 'Details',
};

const tabCount = (tab: TaskTab, task: Task, { transcript }: FollowedTask['model']): number => {
  if (tab === 'steps') return transcript.steps.filter(({ kind }) => kind !== 'notice').length;
  if (tab === 'prompts') return transcript.calls.length;
  if (tab === 'diff') return task.diffstat?.files ?? 0;
  return 0;
};

interface TabsProps {
  readonly task: Task;
  readonly tab: TaskTab;
  readonly model: FollowedTask['model'];
}

const Tabs = ({ task, tab, model }: TabsProps) => {
  const bar = useRef<HTMLElement>(null);
  const amounts = TASK_TABS.map((each) => count(tabCount(each, task, model)));
  useLayoutEffect(() => {
    // On a narrow page the tab may lie beyond the edge.
    const current = bar.current?.querySelector('[aria-current]');
    if (!bar.current || !current) return;
    const beyond = current.getBoundingClientRect().right - bar.current.getBoundingClientRect().right;
    if (beyond > 0) bar.current.scrollLeft += beyond;
  }, [tab, amounts.join('').length]);
  return (
    <nav class="tabs" aria-label="Parts of the task" ref={bar}>
      {TASK_TABS.map((each, i) => (
        <Link key={each} href={taskUrl(task.id, each)} current={each === tab}>
          {TAB_NAMES[each]}
          {amounts[i] !== '0' && <span class="amount">{amounts[i]}</span>}
        </Link>
      ))}
    </nav>
  );
};

/** Nothing is said to be missing before all has been read. */
const isReading = (task: Task, { connection, isComplete }: FollowedTask['model']): boolean =>
  task.finishedAt === null ? connection === 'connecting' : !isComplete;

const emptyLog = (task: Task, model: FollowedTask['model']): string => {
  if (task.status === 'queued') return 'Queued. The log begins when a worker takes the task.';
  if (isReading(task, model)) return 'Loading…';
  return task.finishedAt === null ? 'No output yet.' : 'This task wrote no output.';
};

interface ContentProps extends TabsProps {
  readonly followed: FollowedTask;
}

const Content = ({ task, tab, model, followed }: ContentProps) => {
  switch (tab) {
    case 'log':
      return <LogView buffer={model.log} connection={model.connection} emptyText={emptyLog(task, model)} />;
    case 'steps':
      return (
        <Steps
          steps={model.transcript.steps}
          isLive={task.finishedAt === null}
          isReading={isReading(task, model)}
        />
      );
    case 'diff':
      return <DiffPage task={task} />;
    case 'prompts':
      return <Prompts task={task} calls={model.transcript.calls} isReading={isReading(task, model)} />;
    case 'details':
      return <Details task={task} onChanged={followed.refresh} />;
  }
};

/** As in the list of the browser's tabs: what it is about first. */
const titleFor = ({ task, error }: FollowedTask): string => {
  if (task === null) return error === null ? 'Task' : 'No task';
  return `${titleOf(task)} · ${taskState(task)}`;
};

export const TaskPage = ({ id, tab }: TaskPageProps) => {
  const followed = useTask(id);
  const now = useNow(1_000);
  const { task, error, model } = followed;
  useTitle(titleFor(followed));
  return (
    <div class={`page task-page task-page-${tab}`}>
      {task === null && error !== null && <h1>This task cannot be shown</h1>}
      {error !== null && <Alert>{error}</Alert>}
      {task === null && (error === null ? <p class="loading">Loading…</p> : <Link href="/">All tasks</Link>)}
      {task !== null && (
        <>
          <TaskHead
            task={task}
            now={now}
            isCancelling={model.isCancelRequested && task.finishedAt === null}
            onChanged={followed.refresh}
          />
          <TimelineView task={task} spans={model.timeline.spans} now={now} />
          <Tabs task={task} tab={tab} model={model} />
          <Content task={task} tab={tab} model={model} followed={followed} />
        </>
      )}
    </div>
  );
};
