import type { TaskListQuery } from '@drydock/sdk';

/** The filters of the task list, as they stand in the address of the page. */
export const FILTERS = ['status', 'outcome', 'repository', 'label', 'search'] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filters = Readonly<Record<FilterName, string>>;

export const STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export const OUTCOMES = [
  'changed',
  'no_changes',
  'agent_failed',
  'agent_stuck',
  'verification_failed',
  'budget_exceeded',
  'timeout',
  'setup_failed',
  'checkout_failed',
  'image_unavailable',
  'patch_rejected',
  'out_of_memory',
  'disk_exceeded',
  'infrastructure',
  'cancelled',
] as const;

export const PAGE_SIZE = 30;

export const filtersOf = (query: URLSearchParams): Filters =>
  Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? ''])) as Filters;

/** `a:b, c:d` as the API wants it: one parameter each. A word without a colon is left for the API to refuse. */
const labelsOf = (text: string): string[] =>
  text
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');

/** The query of `GET /v1/tasks`; what is no status or outcome is left for the API to refuse. */
export const apiQuery = (filters: Filters, cursor: string | null): TaskListQuery => {
  const label = labelsOf(filters.label);
  const words = FILTERS.filter((name) => name !== 'label').flatMap((name) => {
    const value = filters[name].trim();
    return value === '' ? [] : [[name, value] as const];
  });
  return {
    limit: PAGE_SIZE,
    ...(Object.fromEntries(words) as TaskListQuery),
    ...(label.length > 0 && { label }),
    ...(cursor !== null && { cursor }),
  };
};

/** The address of the list with these filters. */
export const listUrl = (filters: Filters): string => {
  const query = new URLSearchParams();
  for (const name of FILTERS) if (filters[name] !== '') query.set(name, filters[name]);
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
};
