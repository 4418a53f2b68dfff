import type { TaskId } from '@drydock/domain';
import { PAGE } from './error-page.ts';

const VIEWS = [
  ['', 'where it stands'],
  ['/events', 'what happened'],
  ['/diff', 'its patch'],
  ['/artifacts', 'its files'],
] as const;

/**
 * Where links to a task lead. Whoever follows one has no key, so that the page knows nothing of the task, not even whether
 * there is one: it says how to ask. The id is letters and digits: nothing needs escaping.
 */
export const taskPage = (id: TaskId): string => {
  const items = VIEWS.map(([path, what]) => `<li><code>GET /v1/tasks/${id}${path}</code>: ${what}</li>`);
  return PAGE(
    id,
    `<h1>Task <code>${id}</code></h1><p>Tasks are shown to those who have an API key of their team, as the header ` +
      `<code>Authorization: Bearer dk_…</code> of</p><ul>${items.join('')}</ul><p><a href="/docs">All requests</a></p>`,
  );
};
