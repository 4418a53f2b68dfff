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

/** The query of `GET /v1/tasks`. */
export const apiQuery = (filters: Filters, cursor: string | null): URLSearchParams => {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
  for (const name of FILTERS) {
    const value = filters[name].trim();
    if (name === 'label') for (const label of labelsOf(value)) query.append('label', label);
    else if (value !== '') query.set(name, value);
  }
  if (cursor !== null) query.set('cursor', cursor);
  return query;
};

/** The address of the list with these filters. */
export const listUrl = (filters: Filters): string => {
  const query = new URLSearchParams();
  for (const name of FILTERS) if (filters[name] !== '') query.set(name, filters[name]);
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
};
