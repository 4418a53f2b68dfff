import '@fontsource-variable/ibm-plex-sans/wght.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/tasks.css';
import './styles/task.css';
import './styles/log.css';
import './styles/diff.css';
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { FleetPage } from './fleet/fleet-page.tsx';
import { NewTaskPage } from './new-task/new-task-page.tsx';
import { Link } from './routes/link.tsx';
import { useAddress } from './routes/location.ts';
import { matchRoute, type Route } from './routes/match-route.ts';
import { session } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { Shell } from './shell/shell.tsx';
import { applyStoredTheme } from './shell/theme.ts';
import { TaskPage } from './task/task-page.tsx';
import { TasksPage } from './tasks/tasks-page.tsx';
import { focusMain } from './ui/focus-main.ts';
import { useTitle } from './ui/use-title.ts';

/** Those of a task call themselves after it. */
const TITLES: Readonly<Record<Route['page'], string | null>> = {
  tasks: 'Tasks',
  task: null,
  new: 'New task',
  fleet: 'Fleet',
  unknown: 'Not found',
};

const useKey = (): string | null => {
  const [key, setKey] = useState(session.key);
  useEffect(() => session.subscribe(() => setKey(session.key)), []);
  return key;
};

const Page = ({ route, query }: { readonly route: Route; readonly query: URLSearchParams }) => {
  switch (route.page) {
    case 'tasks':
      return <TasksPage query={query} />;
    case 'task':
      return <TaskPage key={route.id} id={route.id} tab={route.tab} />;
    case 'new':
      return <NewTaskPage />;
    case 'fleet':
      return <FleetPage />;
    case 'unknown':
      return (
        <div class="page stack">
          <h1>There is no such page</h1>
          <p>
            <Link href="/">All tasks</Link>
          </p>
        </div>
      );
  }
};

/** On another page the reader begins at its top, as after a load. */
const useFreshStart = (place: string): void => {
  const last = useRef(place);
  useEffect(() => {
    if (last.current === place) return;
    last.current = place;
    scrollTo(0, 0);
    focusMain();
  }, [place]);
};

const App = () => {
  const key = useKey();
  const { path, query } = useAddress();
  const route = matchRoute(path);
  const place = route.page === 'task' ? route.id : route.page;
  useFreshStart(key === null ? 'sign-in' : place);
  useTitle(key === null ? 'Sign in' : TITLES[route.page]);
  if (key === null) return <SignIn />;
  return (
    <Shell route={route}>
      <Page route={route} query={query} />
    </Shell>
  );
};

applyStoredTheme();
const root = document.getElementById('app');
if (root) render(<App />, root);
