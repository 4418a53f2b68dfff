import { useCallback, useMemo, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { Link } from '../routes/link.tsx';
import { goTo, keepPlace, keptPlace } from '../routes/location.ts';
import { count, counted } from '../text/amounts.ts';
import { Alert } from '../ui/alert.tsx';
import { usePoll } from '../ui/use-poll.ts';
import { useNow } from '../ui/use-tick.ts';
import { FilterBar } from './filter-bar.tsx';
import { TaskRow } from './task-row.tsx';
import { apiQuery, filtersOf, listUrl, type Filters } from './task-query.ts';

const REFRESH_MS = 3_000;

const Empty = ({ isFiltered }: { readonly isFiltered: boolean }) => (
  <div class="empty">
    <p>{isFiltered ? 'No task fits these filters.' : 'No tasks yet.'}</p>
    {isFiltered ? <Link href="/">Show all tasks</Link> : <Link href="/new">Submit the first one</Link>}
  </div>
);

interface PagerProps {
  readonly cursors: readonly string[];
  readonly next: string | null;
  readonly onChange: (cursors: readonly string[]) => void;
}

const Pager = ({ cursors, next, onChange }: PagerProps) => (
  <nav class="pager" aria-label="Pages of the list">
    <button type="button" disabled={cursors.length === 0} onClick={() => onChange(cursors.slice(0, -1))}>
      Newer
    </button>
    <span>Page {count(cursors.length + 1)}</span>
    <button
      type="button"
      disabled={next === null}
      onClick={() => next !== null && onChange([...cursors, next])}
    >
      Older
    </button>
  </nav>
);

export const TasksPage = ({ query }: { readonly query: URLSearchParams }) => {
  const text = query.toString();
  const filters = useMemo(() => filtersOf(new URLSearchParams(text)), [text]);
  const [place, setPlace] = useState(() => ({ text, cursors: keptPlace() }));
  // Other filters begin at their first page.
  const cursors = place.text === text ? place.cursors : [];
  const cursor = cursors.at(-1) ?? null;
  const load = useCallback(
    (signal: AbortSignal) => api.listTasks(apiQuery(filters, cursor), signal),
    [filters, cursor],
  );
  const { value, error, isStale } = usePoll(load, REFRESH_MS);
  const now = useNow(5_000);
  const onFilters = (changed: Filters): void => goTo(listUrl(changed), 'replace');
  const onPage = (to: readonly string[]): void => {
    setPlace({ text, cursors: to });
    keepPlace(to);
    scrollTo(0, 0);
  };
  return (
    <div class="page">
      <h1 class="sr-only">Tasks</h1>
      <FilterBar filters={filters} onChange={onFilters} />
      {error !== null && <Alert>{error}</Alert>}
      {value === null && error === null && <p class="loading">Loading…</p>}
      {/* For those who do not see the list change under their filters. */}
      <p class="sr-only" role="status">
        {value !== null && !isStale && counted(value.items.length, 'task')}
      </p>
      {value?.items.length === 0 && <Empty isFiltered={text !== ''} />}
      {value !== null && value.items.length > 0 && (
        <ul
          class={`task-list${isStale ? ' is-stale' : ''}`}
          aria-label="Tasks, newest first"
          aria-busy={isStale}
        >
          {value.items.map((task) => (
            <TaskRow key={task.id} task={task} now={now} />
          ))}
        </ul>
      )}
      {value !== null && (cursors.length > 0 || value.next !== null) && (
        <Pager cursors={cursors} next={isStale ? null : value.next} onChange={onPage} />
      )}
    </div>
  );
};
