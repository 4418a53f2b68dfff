import { session } from '../session/session.ts';
import { Problem, problemOf } from './problem.ts';
import type { Artifact, Delivery, Queue, Task, TaskPage, Worker } from './types.ts';

interface CallOptions {
  readonly method?: 'GET' | 'POST';
  readonly json?: unknown;
  readonly form?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Of a key that is not the session's yet. */
  readonly key?: string;
}

const UNREACHABLE = { status: 0, code: 'unreachable', detail: 'Drydock cannot be reached at the moment.' };

/**
 * One call of the API with the session's key. A key that is refused ends the session.
 * @throws Problem.
 */
export const call = async (path: string, options: CallOptions = {}): Promise<Response> => {
  const { method = 'GET', json, form, signal, key } = options;
  const headers = new Headers({ authorization: `Bearer ${key ?? session.key ?? ''}`, ...options.headers });
  if (json !== undefined) headers.set('content-type', 'application/json');
  const body = json === undefined ? form : JSON.stringify(json);
  const response = await fetch(path, {
    method,
    headers,
    cache: 'no-store',
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Problem(UNREACHABLE);
  });
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.status === 401 && key === undefined) session.refuse();
  throw problem;
};

const read = async <T>(path: string, options?: CallOptions): Promise<T> =>
  (await (await call(path, options)).json()) as T;

const taskPath = (id: string): string => `/v1/tasks/${encodeURIComponent(id)}`;
const post = (json: unknown = {}): CallOptions => ({ method: 'POST', json });

/** The routes that the pages use. Each throws `Problem`. */
export const api = {
  listTasks: (query: URLSearchParams, signal?: AbortSignal) =>
    read<TaskPage>(`/v1/tasks?${query.toString()}`, signal && { signal }),
  task: (id: string) => read<Task>(taskPath(id)),
  cancel: (id: string) => read<Task>(`${taskPath(id)}/cancel`, post()),
  retry: (id: string) => read<Task>(`${taskPath(id)}/retry`, post()),
  askForPullRequest: (id: string, wish: unknown) => read<Delivery>(`${taskPath(id)}/deliveries`, post(wish)),
  retryDelivery: (id: string) => read<Delivery>(`/v1/deliveries/${encodeURIComponent(id)}/retry`, post()),
  artifacts: (id: string) => read<{ items: Artifact[] }>(`${taskPath(id)}/artifacts`),
  artifact: (id: string, name: string, signal?: AbortSignal) =>
    call(`${taskPath(id)}/artifacts/${encodeURIComponent(name)}`, signal && { signal }),
  diff: (id: string, signal?: AbortSignal) => call(`${taskPath(id)}/diff`, signal && { signal }),
  workers: () => read<{ items: Worker[] }>('/v1/workers'),
  queue: () => read<Queue>('/v1/queue'),
  submit: (task: unknown, archive: File | null, idempotencyKey: string) => {
    const headers = { 'idempotency-key': idempotencyKey };
    if (archive === null) return read<Task>('/v1/tasks', { ...post(task), headers });
    const form = new FormData();
    form.set('task', JSON.stringify(task));
    form.set('archive', archive);
    return read<Task>('/v1/tasks', { method: 'POST', form, headers });
  },
  /** Whether the API takes this key, whatever it may do. @throws Problem. */
  checkKey: async (key: string): Promise<void> => {
    await call('/v1/tasks?limit=1', { key }).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.status !== 403) throw error;
    });
  },
};
