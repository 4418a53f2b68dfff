import { Drydock, isApiError, type TaskListQuery, type TaskRequest } from '@drydock/sdk';
import { session } from '../session/session.ts';

interface ClientOptions {
  readonly key: string;
  /** Told of every answer before anybody reads it. */
  readonly onAnswer?: (request: Request, response: Response) => void;
}

const MAX_RETRIES = 2;

/** The library for JavaScript, with the API that these pages came from. */
const clientWith = ({ key, onAnswer }: ClientOptions): Drydock =>
  new Drydock({
    baseUrl: location.origin,
    apiKey: key,
    retry: { maxRetries: MAX_RETRIES },
    fetch: async (request) => {
      const response = await fetch(request, { cache: 'no-store' });
      onAnswer?.(request, response);
      return response;
    },
  });

/** A client with the session's key. A key that the API refuses ends the session. */
export const sessionClient = (onAnswer?: ClientOptions['onAnswer']): Drydock => {
  const key = session.key ?? 'none';
  return clientWith({
    key,
    onAnswer: (request, response) => {
      if (response.status === 401) void detailOf(response).then((reason) => session.refuse(key, reason));
      onAnswer?.(request, response);
    },
  });
};

/** What the API says about a refusal; undefined when something else answered. */
const detailOf = async (response: Response): Promise<string | undefined> => {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return isProblem(body) ? body.detail : undefined;
};

const isProblem = (body: unknown): body is { detail: string } =>
  typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string';

let kept: { readonly key: string | null; readonly client: Drydock } | null = null;
const client = (): Drydock => {
  if (kept?.key !== session.key) kept = { key: session.key, client: sessionClient() };
  return kept.client;
};

/** What the pages ask of the API. Each throws `ApiError` or `ConnectionError`. */
export const api = {
  listTasks: (query: TaskListQuery, signal: AbortSignal) => client().tasks.list(query, { signal }).first(),
  task: (id: string, signal: AbortSignal) => client().tasks.get(id, { signal }),
  cancel: (id: string) => client().tasks.cancel(id),
  retry: (id: string) => client().tasks.retry(id),
  askForPullRequest: (id: string, wish: object) => client().tasks.deliver(id, wish),
  retryDelivery: (id: string) => client().deliveries.retry(id),
  artifacts: (id: string) => client().tasks.artifacts.list(id),
  openArtifact: (id: string, name: string, signal?: AbortSignal) =>
    client().tasks.artifacts.open(id, name, signal && { signal }),
  readArtifact: (id: string, name: string) => client().tasks.artifacts.read(id, name),
  workers: () => client().installation.workers(),
  queue: () => client().installation.queue(),
  submit: (task: TaskRequest, archive: File | null) =>
    client().tasks.create(task, archive === null ? {} : { archive }),
};

/**
 * Whether the API takes this key, whatever it may do.
 * @throws ApiError `unauthorized`; TypeError for what no header can carry.
 */
export const checkKey = async (key: string): Promise<void> => {
  await clientWith({ key })
    .tasks.list({ limit: 1 })
    .first()
    .catch((error: unknown) => {
      if (!isApiError(error, 'forbidden')) throw error;
    });
};
