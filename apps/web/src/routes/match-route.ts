/** What an address of the pages shows. */
export type Route =
  | { readonly page: 'tasks' }
  | { readonly page: 'task'; readonly id: string; readonly tab: TaskTab }
  | { readonly page: 'new' }
  | { readonly page: 'fleet' }
  | { readonly page: 'unknown' };

export const TASK_TABS = ['log', 'steps', 'diff', 'prompts', 'details'] as const;
export type TaskTab = (typeof TASK_TABS)[number];

const tabOf = (name: string | undefined): TaskTab | null => {
  if (name === undefined) return 'log';
  return TASK_TABS.find((tab) => tab === name) ?? null;
};

export const matchRoute = (path: string): Route => {
  const [first, second, third, ...more] = path.split('/').filter((part) => part !== '');
  if (more.length > 0) return { page: 'unknown' };
  if (first === undefined || (first === 'tasks' && second === undefined)) return { page: 'tasks' };
  if (first === 'tasks' && second !== undefined && /^task_[0-9a-z]{1,40}$/.test(second)) {
    const tab = tabOf(third);
    if (tab !== null) return { page: 'task', id: second, tab };
  }
  if (second === undefined && first === 'new') return { page: 'new' };
  if (second === undefined && first === 'fleet') return { page: 'fleet' };
  return { page: 'unknown' };
};

export const taskUrl = (id: string, tab: TaskTab = 'log'): string =>
  tab === 'log' ? `/tasks/${id}` : `/tasks/${id}/${tab}`;
