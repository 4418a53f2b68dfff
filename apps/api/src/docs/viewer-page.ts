/** The page around the viewer: nothing inline, nothing from elsewhere. */
export const VIEWER_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drydock API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/icon.svg">
</head>
<body>
<div id="viewer"></div>
<noscript>The viewer needs JavaScript. The document is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/viewer.js"></script>
</body>
</html>
`;

/** Keys that are typed in stay in the memory of the page. */
export const VIEWER_SCRIPT = `window.addEventListener('load', () => {
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
