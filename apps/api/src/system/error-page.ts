import { ERRORS, errorSpec, type ErrorCode } from '@drydock/domain';

/** Takes HTML: whatever is not our own words must be escaped before. */
export const PAGE = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} · Drydock</title></head><body>${body}</body></html>\n`;

/** The page that the `type` of a problem points at. Titles are our own words: nothing needs escaping. */
export const errorPage = (code: ErrorCode): string => {
  const { title, status, outcome } = errorSpec(code);
  const rows = [
    status === undefined ? '' : `<dt>HTTP status</dt><dd>${status}</dd>`,
    outcome === undefined ? '' : `<dt>Ends a task with the outcome</dt><dd><code>${outcome}</code></dd>`,
  ].join('');
  return PAGE(
    code,
    `<h1><code>${code}</code></h1><p>${title}.</p><dl>${rows}</dl><p><a href="/errors">All codes</a></p>`,
  );
};

export const errorIndexPage = (): string => {
  const items = Object.entries(ERRORS).map(
    ([code, { title }]) => `<li><a href="/errors/${code}"><code>${code}</code></a>: ${title}</li>`,
  );
  return PAGE('Error codes', `<h1>Error codes</h1><ul>${items.join('')}</ul>`);
};
