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
.swagger-ui .info .title small { background: #5a6270; }
.swagger-ui .info .title small.version-stamp { background: #3d6b00; }
.swagger-ui .info a { display: inline-block; min-height: 24px; color: #1a56a8; }
html.dark-mode .swagger-ui .info a { color: #8bb8f8; }
.swagger-ui .btn.authorize, .swagger-ui .btn.authorize span { border-color: #0f6b43; color: #0f6b43; }
.swagger-ui .btn.authorize svg { fill: #0f6b43; }
html.dark-mode .swagger-ui .btn.authorize, html.dark-mode .swagger-ui .btn.authorize span { color: #62cf96; }
.swagger-ui .opblock .opblock-summary-method { color: #ffffff; text-shadow: none; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1a56a8; }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #176b41; }
.swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #0b5d6b; }
.swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #a92e26; }
`;

/** Keys that are typed in stay in the memory of the page. */
export const VIEWER_SCRIPT = `const dark = window.matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
// What the viewer leaves unsaid or puts into each other, so that a keyboard and a screen reader get along with it.
const repair = () => {
  for (const link of document.querySelectorAll('.opblock-summary-control a[href]')) link.removeAttribute('href');
  for (const choice of document.querySelectorAll('select:not([aria-label])')) {
    const label = choice.closest('.servers') ? 'Server' : 'Form of the body';
    choice.setAttribute('aria-label', label);
  }
};
new MutationObserver(repair).observe(document.documentElement, { childList: true, subtree: true });
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
