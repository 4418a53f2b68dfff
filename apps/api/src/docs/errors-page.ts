import { htmlOf } from './markdown.ts';

/** Small and readable, light and dark, in the colours of the pages. */
export const ERRORS_STYLE = `:root {
  color-scheme: light dark;
  font: 16px/1.6 'IBM Plex Sans', system-ui, sans-serif;
  background: light-dark(#f4f6f5, #0c1315);
  color: light-dark(#12211f, #e6eceb);
}
* { box-sizing: border-box; }
body { margin: 0; }
a { color: light-dark(#0b5d6b, #63c3cf); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid light-dark(#0b5d6b, #63c3cf); outline-offset: 2px; }
nav { display: flex; gap: 0.25rem 1.5rem; padding: 0.5rem 1.5rem; font-size: 0.875rem; }
nav { border-bottom: 1px solid light-dark(#dbe1df, #233034); background: light-dark(#ffffff, #131c1f); }
nav a { display: flex; align-items: center; gap: 0.5rem; min-height: 2.25rem; text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav a:first-child { color: inherit; font-weight: 600; font-size: 1rem; }
main { max-width: 48rem; margin: 0 auto; padding: 1.5rem; }
h1 { margin: 1rem 0 0.25rem; font-size: 1.5rem; line-height: 1.3; overflow-wrap: anywhere; }
h1 + p { margin: 0 0 1rem; font-size: 1.125rem; color: light-dark(#435355, #b0bdbf); }
h2 { margin: 2rem 0 0.25rem; font-size: 1.125rem; }
p { margin: 0.5rem 0; }
code, pre { font-family: 'IBM Plex Mono', ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
pre { padding: 0.75rem 1rem; border: 1px solid light-dark(#dbe1df, #233034); border-radius: 6px; }
pre { white-space: pre-wrap; background: light-dark(#ffffff, #131c1f); }
ul { margin: 0.5rem 0; padding: 0; list-style: none; color: light-dark(#435355, #b0bdbf); }
.index li { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 0 1rem; padding: 0.375rem 0; }
.index li { border-top: 1px solid light-dark(#dbe1df, #233034); font-size: 0.9375rem; }
.index a { font-family: 'IBM Plex Mono', ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
@media (width < 640px) { .index li { grid-template-columns: minmax(0, 1fr); } nav { padding-inline: 1rem; } main { padding: 1rem; } }
`;

export interface ErrorsPage {
  readonly title: string;
  readonly markdown: string;
  /** All codes, and not one of them. */
  readonly isIndex: boolean;
}

/** A page about errors, around its text. */
export const errorsPage = ({ title, markdown, isIndex }: ErrorsPage): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Drydock</title>
<link rel="icon" type="image/svg+xml" href="/icon.svg">
<link rel="stylesheet" href="/errors/style.css">
</head>
<body>
<header><nav aria-label="Pages"><a href="/">Drydock</a><a href="/errors">Error codes</a><a href="/docs">API</a></nav></header>
<main${isIndex ? ' class="index"' : ''}>
${htmlOf(markdown)}
</main>
</body>
</html>
`;
