import type { Delivery, DeliveryRequest, EventPage, RetryRequest, Task, TaskEvent } from '../api-types.ts';
import type { TaskListQuery, TaskRequest } from '../api-types.ts';
import { DrydockError, isPassing } from '../errors.ts';
import { followEvents, type FollowOptions } from '../events/follow-events.ts';
import { type CallOptions, type Http } from '../http/http.ts';
import { bytesOf } from '../http/bytes-of.ts';
import { newIdempotencyKey } from '../http/idempotency-key.ts';
import { Pages } from '../http/pages.ts';
import { sleep } from '../http/sleep.ts';
import { type Archive, multipartOf, type OpenArchive } from './archive.ts';
import { Artifacts, type AttemptOptions } from './artifacts.ts';

export interface CreateOptions extends CallOptions {
  /** The repository as a ZIP, in place of `source.git`. */
  readonly archive?: Archive;
  /** A folder or a ZIP file, in place of `source.git`; for clients of `@drydock/sdk/node`. */
  readonly path?: string;
  /** Two calls with one key make one task. Default: a new one, kept over the retries of this call. */
  readonly idempotencyKey?: string;
}

export interface RetryTaskOptions extends CallOptions {
  readonly idempotencyKey?: string;
}

export interface WaitOptions extends CallOptions {
  /** Throws a DrydockError when the task is not final by then; the task goes on. Default: no end. */
  readonly timeoutMs?: number;
  /** Without any answer for so long, it is given up. Default 300,000. */
  readonly giveUpMs?: number;
}

/** Makes a ZIP of what is at a path, and drops it after the work with it. */
export type WithPath = <T>(
  path: string,
  work: (open: OpenArchive, isFolder: boolean) => Promise<T>,
  signal: AbortSignal | undefined,
) => Promise<T>;

const FINAL: ReadonlySet<Task['status']> = new Set(['succeeded', 'failed', 'cancelled']);

/** Whether nothing will ever happen to the task itself; its deliveries may still go on. */
export const isFinal = (task: Pick<Task, 'status'>): boolean => FINAL.has(task.status);

/** The API takes a ZIP with one folder at its top for that folder, which is not what somebody means who sends a folder. */
const wholeOf = (task: TaskRequest): TaskRequest => ({ source: { zip: { root: '.' } }, ...task });

/** More milliseconds than a timer can count are no deadline. */
const MOST_TIMER_MS = 2 ** 31 - 1;

const FIRST_POLL_MS = 250;
const LONGEST_POLL_MS = 3_000;

/** `/v1/tasks`. */
export class Tasks {
  readonly artifacts: Artifacts;
  readonly #http: Http;
  readonly #withPath: WithPath | null;

  constructor(http: Http, withPath: WithPath | null) {
    this.#http = http;
    this.#withPath = withPath;
    this.artifacts = new Artifacts(http);
  }

  /**
   * Submits a task. It is queued when this resolves, exactly once however often the connection broke.
   * @throws ApiError with the codes of `POST /v1/tasks`, such as `invalid_request`, `archive_invalid` or `queue_full`.
   */
  async create(task: TaskRequest, options: CreateOptions = {}): Promise<Task> {
    const { path, archive, signal } = options;
    if (path === undefined) return this.#submit(task, archive, options);
    if (archive !== undefined) throw new TypeError('Give either path or archive, not both.');
    if (!this.#withPath)
      throw new TypeError(
        'path: import Drydock from "@drydock/sdk/node" to send folders, or give an archive.',
      );
    return this.#withPath(
      path,
      (open, isFolder) => this.#submit(isFolder ? wholeOf(task) : task, open, options),
      signal,
    );
  }

  /** @throws ApiError `not_found`. */
  get(id: string, { signal }: CallOptions = {}): Promise<Task> {
    return this.#http.call(
      (each) => this.#http.raw.GET('/v1/tasks/{id}', { params: { path: { id } }, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
  }

  /** Newest first. `for await (const task of tasks.list({ status: 'running' }).items())` */
  list(query: TaskListQuery = {}, { signal }: CallOptions = {}): Pages<Task> {
    return new Pages(
      (cursor) =>
        this.#http.call(
          (each) =>
            this.#http.raw.GET('/v1/tasks', {
              params: { query: { ...query, ...(cursor !== undefined && { cursor }) } },
              signal: each,
            }),
          { isRepeatable: true, ...(signal && { signal }) },
        ),
      query.cursor,
    );
  }

  /** Asks for the end of a task; what it has done by then is kept. Of a final task: nothing happens. */
  cancel(id: string, { signal }: CallOptions = {}): Promise<Task> {
    return this.#http.call(
      (each) => this.#http.raw.POST('/v1/tasks/{id}/cancel', { params: { path: { id } }, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
  }

  /** A new task like this final one, from the same base. @throws ApiError `task_not_final`. */
  retry(id: string, body: RetryRequest = {}, options: RetryTaskOptions = {}): Promise<Task> {
    const { signal, idempotencyKey = newIdempotencyKey() } = options;
    const params = { path: { id }, header: { 'Idempotency-Key': idempotencyKey } };
    return this.#http.call(
      (each) => this.#http.raw.POST('/v1/tasks/{id}/retry', { params, body, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
  }

  /** One page of what has happened; `next` is the number to go on `after`, null: that is all for now. */
  async events(
    id: string,
    { after, limit, signal }: { after?: number; limit?: number } & CallOptions = {},
  ): Promise<EventPage> {
    const query = { ...(after !== undefined && { after }), ...(limit !== undefined && { limit }) };
    const page = await this.#http.call(
      (each) =>
        this.#http.raw.GET('/v1/tasks/{id}/events', {
          params: { path: { id }, query },
          headers: { accept: 'application/json' },
          signal: each,
        }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
    if (typeof page === 'string') throw new DrydockError('A stream came where a page was asked for.');
    return page;
  }

  /** Everything that happens to the task, each event once and in order, until its end; see `followEvents`. */
  follow(id: string, options: FollowOptions = {}): AsyncGenerator<TaskEvent, void> {
    return followEvents(this.#http, id, options);
  }

  /** Resolves when the task is final, whatever its outcome. An API that is away for a while is waited for too. */
  async wait(id: string, options: WaitOptions = {}): Promise<Task> {
    const { timeoutMs = Infinity, giveUpMs = 300_000, signal } = options;
    const deadline = timeoutMs > MOST_TIMER_MS ? null : AbortSignal.timeout(Math.ceil(timeoutMs));
    const either = AbortSignal.any([...(signal ? [signal] : []), ...(deadline ? [deadline] : [])]);
    let status = 'not known';
    try {
      return await this.#final(id, { giveUpMs, signal: either }, (seen) => {
        status = seen;
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!deadline?.aborted) throw error;
      throw new DrydockError(`The task ${id} is ${status} after ${String(timeoutMs)} ms; it goes on.`);
    }
  }

  async #final(
    id: string,
    { giveUpMs, signal }: { readonly giveUpMs: number; readonly signal: AbortSignal },
    onStatus: (status: Task['status']) => void,
  ): Promise<Task> {
    let awaySinceMs: number | null = null;
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(LONGEST_POLL_MS, pollMs * 1.5)) {
      const askedAtMs = Date.now();
      try {
        const task = await this.get(id, { signal });
        if (isFinal(task)) return task;
        awaySinceMs = null;
        onStatus(task.status);
      } catch (error) {
        // From the first question without an answer: a machine that slept before has not waited for one.
        awaySinceMs ??= askedAtMs;
        if (!isPassing(error) || Date.now() - awaySinceMs > giveUpMs) throw error;
      }
      await sleep(pollMs, signal);
    }
  }

  /**
   * The patch, byte by byte; empty when nothing changed.
   * @throws ApiError `diff_not_ready`, `diff_not_available`.
   */
  async diff(id: string, { attempt, signal }: AttemptOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const params = { path: { id }, query: attempt === undefined ? {} : { attempt } };
    const bytes = await this.#http.call(
      (each) => this.#http.raw.GET('/v1/tasks/{id}/diff', { params, parseAs: 'arrayBuffer', signal: each }),
      // A patch may be large and the line slow.
      { isRepeatable: true, timeoutMs: null, ...(signal && { signal }) },
    );
    return bytesOf(bytes);
  }

  /** A pull request with the patch of a finished task. Not tried again when the connection breaks. */
  deliver(id: string, body: DeliveryRequest, { signal }: CallOptions = {}): Promise<Delivery> {
    return this.#http.call(
      (each) =>
        this.#http.raw.POST('/v1/tasks/{id}/deliveries', { params: { path: { id } }, body, signal: each }),
      { isRepeatable: false, ...(signal && { signal }) },
    );
  }

  async #submit(task: TaskRequest, archive: Archive | undefined, options: CreateOptions): Promise<Task> {
    const { signal, idempotencyKey = newIdempotencyKey() } = options;
    const params = { header: { 'Idempotency-Key': idempotencyKey } };
    const rules = { isRepeatable: true, ...(signal && { signal }) };
    const { raw } = this.#http;
    if (archive === undefined)
      return this.#http.call((each) => raw.POST('/v1/tasks', { params, body: task, signal: each }), rules);
    const make = await multipartOf(task, archive, signal);
    return this.#http.call(
      (each) => {
        const { body, headers } = make();
        // `duplex`: what fetch wants to hear before it sends a stream.
        const init = { bodySerializer: () => body, headers, signal: each, duplex: 'half' } as const;
        return raw.POST('/v1/tasks', { params, body: task, ...init });
      },
      { ...rules, timeoutMs: null },
    );
  }
}
