import { htmlOf } from './markdown.ts';

/** Small and readable, light and dark. */
export const ERRORS_STYLE = `:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.125rem; margin-top: 2rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
pre { padding: 0.75rem 1rem; overflow-x: auto; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 4px; }
a { color: LinkText; }
`;

/** A page about errors, around its text. */
export const errorsPage = ({ title, markdown }: { title: string; markdown: string }): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Drydock</title>
<link rel="stylesheet" href="/errors/style.css">
</head>
<body>
<main>
${htmlOf(markdown)}
</main>
<footer><p><a href="/errors">All error codes</a> · <a href="/docs">API</a></p></footer>
</body>
</html>
`;
