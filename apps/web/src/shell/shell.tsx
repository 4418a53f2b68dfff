import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Link } from '../routes/link.tsx';
import type { Route } from '../routes/match-route.ts';
import { session } from '../session/session.ts';
import { chooseTheme, currentTheme } from './theme.ts';

export const Logo = () => (
  <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
    <path class="logo-dock" d="M3 8h4v14h18V8h4v18H3z" />
    <path class="logo-hull" d="M9.5 11h13l-2.6 8h-7.8z" />
  </svg>
);

const ThemeButton = () => {
  const [theme, setTheme] = useState(currentTheme);
  const other = theme === 'dark' ? 'light' : 'dark';
  const onClick = (): void => {
    chooseTheme(other);
    setTheme(other);
  };
  return (
    <button type="button" class="icon-button" onClick={onClick} aria-label={`Use the ${other} theme`}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="6.5" class="stroke" />
        <path d="M10 3.5a6.5 6.5 0 0 1 0 13z" class="fill" />
      </svg>
    </button>
  );
};

interface ShellProps {
  readonly route: Route;
  readonly children: ComponentChildren;
}

export const Shell = ({ route, children }: ShellProps) => (
  <>
    <a class="skip" href="#main">
      Skip to the content
    </a>
    <header class="top">
      <Link class="brand" href="/">
        <Logo />
        Drydock
      </Link>
      <nav class="nav" aria-label="Pages">
        <Link href="/" current={route.page === 'tasks'}>
          Tasks
        </Link>
        <Link href="/fleet" current={route.page === 'fleet'}>
          Fleet
        </Link>
        <a href="/docs">API</a>
      </nav>
      <div class="top-end">
        <Link class="button primary" href="/new" current={route.page === 'new'}>
          New task
        </Link>
        <ThemeButton />
        <button type="button" class="quiet" onClick={() => session.end()}>
          Sign out
        </button>
      </div>
    </header>
    <main id="main" tabIndex={-1}>
      {children}
    </main>
  </>
);
