/** The page around the viewer: nothing inline, nothing from elsewhere. */
export const VIEWER_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drydock API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/viewer.css">
<link rel="icon" href="/icon.svg">
</head>
<body>
<header class="viewer-top"><nav aria-label="Pages"><a href="/">Drydock</a><a href="/errors">Error codes</a><a href="/openapi.json">openapi.json</a></nav></header>
<main id="viewer"></main>
<noscript>The viewer needs JavaScript. The document is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/viewer.js"></script>
</body>
</html>
`;

/** Around the viewer, as on the other pages; and its texts dark enough to be read by everybody. */
export const VIEWER_STYLE = `body { margin: 0; background: #ffffff; }
html.dark-mode body { background: #1c2022; }
.viewer-top { border-bottom: 1px solid #dbe1df; font: 0.875rem/1.5 system-ui, sans-serif; }
html.dark-mode .viewer-top { border-color: #3b4347; }
.viewer-top nav { display: flex; gap: 0.25rem 1.5rem; max-width: 1460px; margin: 0 auto; padding: 0.5rem 20px; }
.viewer-top a { display: flex; align-items: center; min-height: 2.25rem; color: #0b5d6b; text-decoration: none; }
html.dark-mode .viewer-top a { color: #63c3cf; }
.viewer-top a:first-child { font-weight: 600; font-size: 1rem; }
.viewer-top a:hover { text-decoration: underline; }
.swagger-ui .info { margin: 24px 0; }
`;

/** Keys that are typed in stay in the memory of the page. */
export const VIEWER_SCRIPT = `const dark = window.matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
window.addEventListener('load', () => {
  window.SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#viewer',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: false,
    showExtensions: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
});
`;
