import type { ComponentChildren } from 'preact';
import { useCallback } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Queue, Task, Worker } from '../api/types.ts';
import { Link } from '../routes/link.tsx';
import { taskUrl } from '../routes/match-route.ts';
import { ago, count, counted, duration, words } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';
import { Alert } from '../ui/alert.tsx';
import { Badge } from '../ui/status-badge.tsx';
import { usePoll } from '../ui/use-poll.ts';
import { useNow } from '../ui/use-tick.ts';
import { recentFigures } from './recent-figures.ts';
import { Sparkline } from './sparkline.tsx';

const REFRESH_MS = 2_000;
const RECENT_REFRESH_MS = 15_000;

const Figure = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div class="card figure">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Figures = ({ queue }: { readonly queue: Queue }) => (
  <dl class="figures">
    <Figure name="Queued">{count(queue.queued)}</Figure>
    <Figure name="May start now">{count(queue.eligible)}</Figure>
    <Figure name="Running">{count(queue.running)}</Figure>
    <Figure name="Oldest in the queue">
      {queue.oldestQueuedSeconds === null ? 'none' : duration(queue.oldestQueuedSeconds)}
    </Figure>
  </dl>
);

const longestText = (waits: readonly number[]): string => {
  if (waits.length === 0) return 'none';
  const longest = duration(Math.max(...waits));
  return longest.startsWith('under') ? longest : `up to ${longest}`;
};

const Recent = ({ tasks, now }: { readonly tasks: readonly Task[]; readonly now: number }) => {
  const { finished, waits } = recentFigures(tasks, now);
  const total = finished.reduce((sum, value) => sum + value, 0);
  const wait = longestText(waits.filter((seconds) => seconds !== null));
  return (
    <div class="recent">
      <section class="card">
        <h2>Finished in the last hour</h2>
        <p class="big">{count(total)}</p>
        <Sparkline values={finished} label={`${counted(total, 'task')} finished in the last hour`} />
      </section>
      <section class="card">
        <h2>Wait before the start</h2>
        <p class="big">{wait}</p>
        <Sparkline values={waits} label={`Median wait: ${wait}`} />
      </section>
      <p class="hint">Of your team's 200 newest tasks, in steps of two minutes.</p>
    </div>
  );
};

const workerState = ({ live, draining }: Worker): [status: string, text: string] => {
  if (!live) return ['cancelled', 'away'];
  return draining ? ['queued', 'draining'] : ['succeeded', 'live'];
};

const WorkerCard = ({ worker, now }: { readonly worker: Worker; readonly now: number }) => {
  const [status, text] = workerState(worker);
  return (
    <li class="card worker">
      <p class="worker-name">
        <Badge status={status} text={text} />
        <bdi>{visible(worker.id)}</bdi>
      </p>
      <p class="task-meta">
        <bdi>{visible(worker.host)}</bdi>
        <span>version {visible(worker.version)}</span>
        <span>
          {count(worker.running.length)} of {counted(worker.concurrency, 'slot')}
        </span>
        <span>seen {ago(worker.heartbeatAt, now)}</span>
      </p>
      <div class="slots" aria-hidden="true">
        {Array.from({ length: Math.min(worker.concurrency, 64) }, (_, i) => (
          <span key={i} class={i < worker.running.length ? 'slot is-busy' : 'slot'} />
        ))}
      </div>
      <ul class="lines">
        {worker.running.map((run) => (
          <li key={run.taskId}>
            <Link class="grow mono" href={taskUrl(run.taskId)}>
              {run.taskId}
            </Link>
            <span class="number">
              {words(run.phase ?? 'starting')},{' '}
              {duration(Math.max(0, (now - Date.parse(run.startedAt)) / 1000))}
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
};

const Teams = ({ queue }: { readonly queue: Queue }) => {
  const most = Math.max(1, ...queue.teams.map(({ queued, running }) => queued + running));
  return (
    <section class="stack">
      <h2>Backlog by team</h2>
      {queue.teams.length === 0 && <p class="hint">No team has anything to do.</p>}
      <ul class="lines teams">
        {queue.teams.map((team) => (
          <li key={team.teamId}>
            <bdi class="team-name">{visible(team.name)}</bdi>
            <span class="team-bar" aria-hidden="true">
              <span class="is-running" style={{ width: `${String((team.running / most) * 100)}%` }} />
              <span class="is-queued" style={{ width: `${String((team.queued / most) * 100)}%` }} />
            </span>
            <span class="number">
              {count(team.running)} running, {count(team.queued)} queued
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
};

const RECENT_QUERY = { limit: 200 };

export const FleetPage = () => {
  const load = useCallback(() => Promise.all([api.queue(), api.workers()]), []);
  const loadRecent = useCallback((signal: AbortSignal) => api.listTasks(RECENT_QUERY, signal), []);
  const { value, error } = usePoll(load, REFRESH_MS);
  const recent = usePoll(loadRecent, RECENT_REFRESH_MS);
  const now = useNow(1_000);
  return (
    <div class="page stack">
      <h1>Fleet and queue</h1>
      {error !== null && <Alert tone="wait">{error}</Alert>}
      {value === null && error === null && <p class="loading">Loading…</p>}
      {value !== null && <Figures queue={value[0]} />}
      {recent.value !== null && <Recent tasks={recent.value.items} now={now} />}
      {value !== null && (
        <>
          <section class="stack">
            <h2>Workers</h2>
            {value[1].length === 0 && <p class="hint">No worker has been seen lately.</p>}
            <ul class="workers">
              {value[1].map((worker) => (
                <WorkerCard key={worker.sessionId} worker={worker} now={now} />
              ))}
            </ul>
          </section>
          <Teams queue={value[0]} />
        </>
      )}
    </div>
  );
};
