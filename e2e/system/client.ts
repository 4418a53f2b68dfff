import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export interface TaskView {
  readonly id: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly phase: string | null;
  readonly error: { code: string; message: string } | null;
  readonly resultTree: string | null;
  readonly base: { commit: string | null; tree: string } | null;
  readonly attempts: readonly { number: number; workerId: string; outcome: string | null }[];
  readonly usage: { modelCalls: number; inputTokens: number; costUsd: number | null };
  readonly diffstat: { files: number } | null;
  readonly verify: readonly { command: string; exitCode: number | null }[];
  readonly retryOf: string | null;
  readonly parentId: string | null;
  readonly limits: Readonly<Record<string, number | null>>;
  readonly deliveries: readonly DeliveryView[];
  readonly pullRequest: { url: string; number: number } | null;
}

export interface DeliveryView {
  readonly id: string;
  readonly kind: string;
  readonly state: 'pending' | 'succeeded' | 'failed' | 'held';
  readonly error: { code: string; message: string } | null;
  readonly url: string | null;
}

export interface ServerEvent {
  readonly id: number | null;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Between two looks at a task, the longer the more it takes: many specs share few cores. */
const LEAST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 250;
const FINAL = new Set(['succeeded', 'failed', 'cancelled']);

/** What a client program would write against the HTTP API: nothing but fetch. */
export class Client {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.#key}`,
      ...(init.headers as Record<string, string> | undefined),
    };
    return fetch(`${this.#url}${path}`, { ...init, headers });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  async submit(body: unknown): Promise<TaskView> {
    return this.#accepted(await this.post('/v1/tasks', body));
  }

  async submitZip(zipPath: string, task: unknown): Promise<TaskView> {
    const form = new FormData();
    form.set('task', JSON.stringify(task));
    form.set('archive', new Blob([await readFile(zipPath)], { type: 'application/zip' }), 'input.zip');
    return this.#accepted(await this.request('/v1/tasks', { method: 'POST', body: form }));
  }

  async task(id: string): Promise<TaskView> {
    return (await (await this.request(`/v1/tasks/${id}`)).json()) as TaskView;
  }

  /** Polls until the task is final; the error names the last state seen. */
  async wait(id: string, timeoutMs = 90_000): Promise<TaskView> {
    return this.until(id, (task) => FINAL.has(task.status), timeoutMs);
  }

  async until(id: string, is: (task: TaskView) => boolean, timeoutMs = 90_000): Promise<TaskView> {
    const deadline = Date.now() + timeoutMs;
    for (let pauseMs = LEAST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.2, MOST_PAUSE_MS)) {
      const task = await this.task(id);
      if (is(task)) return task;
      if (Date.now() > deadline)
        throw new Error(
          `task ${id} did not get there in ${String(timeoutMs)} ms; last seen: ${JSON.stringify(task)}`,
        );
      await delay(pauseMs);
    }
  }

  async diff(id: string): Promise<Buffer> {
    const response = await this.request(`/v1/tasks/${id}/diff`);
    if (response.status !== 200) throw new Error(`diff: ${String(response.status)} ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  }

  async artifact(id: string, name: string): Promise<string> {
    const response = await this.request(`/v1/tasks/${id}/artifacts/${name}`);
    if (response.status !== 200)
      throw new Error(`${name}: ${String(response.status)} ${await response.text()}`);
    return response.text();
  }

  /** All events of a task by pages. */
  async events(id: string): Promise<Record<string, unknown>[]> {
    const events: Record<string, unknown>[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const response = await this.request(`/v1/tasks/${id}/events?after=${String(after)}&limit=1000`, {
        headers: { accept: 'application/json' },
      });
      const page = (await response.json()) as { items: Record<string, unknown>[]; next: number | null };
      events.push(...page.items);
      after = page.next;
    }
    return events;
  }

  /** Server-sent events until `end`, or until the signal cuts the stream. */
  async *stream(
    id: string,
    options: { lastEventId?: number; signal?: AbortSignal } = {},
  ): AsyncGenerator<ServerEvent> {
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (options.lastEventId !== undefined) headers['last-event-id'] = String(options.lastEventId);
    const response = await this.request(`/v1/tasks/${id}/events`, {
      headers,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    if (!response.body) throw new Error('no body');
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = `${rest}${chunk}`.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event) yield event;
      }
    }
  }

  async #accepted(response: Response): Promise<TaskView> {
    const text = await response.text();
    if (response.status !== 202) throw new Error(`submit: ${String(response.status)} ${text}`);
    return JSON.parse(text) as TaskView;
  }
}

const parseBlock = (block: string): ServerEvent | null => {
  const fields = new Map(
    block
      .split('\n')
      .filter((line) => !line.startsWith(':'))
      .map(
        (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()] as const,
      ),
  );
  const event = fields.get('event');
  if (event === undefined) return null;
  const data = fields.get('data');
  return {
    id: fields.has('id') ? Number(fields.get('id')) : null,
    event,
    data: data ? (JSON.parse(data) as Record<string, unknown>) : {},
  };
};
