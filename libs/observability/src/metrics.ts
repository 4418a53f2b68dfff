import type { Outcome, Phase, Usage } from '@drydock/domain';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The backlog at the time of a scrape; a `QueueView` of the contracts fits. */
export interface QueueFigures {
  readonly queued: number;
  readonly eligible: number;
  readonly running: number;
  /** null: nothing is queued. */
  readonly oldestQueuedSeconds: number | null;
}

const WAIT_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800];
const PHASE_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 900, 1800, 7200];
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface HistogramShape<L extends string> {
  readonly buckets: number[];
  readonly labelNames?: readonly L[];
}

/** Prometheus figures of one process. Labels are closed lists: nothing that a client sends becomes one. */
export class Metrics {
  readonly #registry = new Registry();
  #readQueue: (() => Promise<QueueFigures>) | null = null;

  readonly #tasks = this.#gauge('drydock_queue_tasks', 'Tasks of all teams by state', ['state']);
  readonly #oldest = this.#gauge('drydock_queue_oldest_seconds', 'Age of the oldest queued task');
  readonly #running = this.#gauge('drydock_attempts_running', 'Attempts under way in this process');
  readonly #attempts = this.#counter('drydock_attempts_total', 'Attempts started');
  readonly #finished = this.#counter('drydock_tasks_finished_total', 'Tasks by outcome', ['outcome']);
  readonly #calls = this.#counter('drydock_model_calls_total', 'Model calls of finished tasks');
  readonly #tokens = this.#counter(
    'drydock_model_tokens_total',
    'Tokens of finished tasks; input has cached in it',
    ['kind'],
  );
  readonly #cost = this.#counter('drydock_model_cost_usd_total', 'Known cost of finished tasks');
  readonly #retained = this.#counter(
    'drydock_retention_removed_total',
    'Things past their time that were removed',
    ['thing'],
  );
  readonly #retentionFailures = this.#counter(
    'drydock_retention_failures_total',
    'Steps of retention that failed',
    ['thing'],
  );
  readonly #wait = this.#histogram('drydock_task_wait_seconds', 'From queued to claimed', {
    buckets: WAIT_BUCKETS,
  });
  readonly #phases = this.#histogram('drydock_phase_seconds', 'Time in each phase', {
    buckets: PHASE_BUCKETS,
    labelNames: ['phase'],
  });
  readonly #requests = this.#histogram('drydock_http_request_seconds', 'HTTP requests', {
    buckets: REQUEST_BUCKETS,
    labelNames: ['method', 'route', 'status'],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  onScrape(read: () => Promise<QueueFigures>): void {
    this.#readQueue = read;
  }

  phaseFinished(phase: Phase, seconds: number): void {
    this.#phases.observe({ phase }, seconds);
  }

  taskClaimed(waitSeconds: number): void {
    this.#wait.observe(waitSeconds);
  }

  attemptStarted(): void {
    this.#attempts.inc();
    this.#running.inc();
  }

  attemptEnded(): void {
    this.#running.dec();
  }

  taskFinished(outcome: Outcome, usage: Usage): void {
    this.#finished.inc({ outcome });
    this.#calls.inc(usage.modelCalls);
    this.#tokens.inc({ kind: 'input' }, usage.inputTokens);
    this.#tokens.inc({ kind: 'cached' }, usage.cachedTokens);
    this.#tokens.inc({ kind: 'output' }, usage.outputTokens);
    this.#cost.inc(usage.costUsd ?? 0);
  }

  retentionRemoved(thing: string, count: number): void {
    this.#retained.inc({ thing }, count);
  }

  retentionFailed(thing: string): void {
    this.#retentionFailures.inc({ thing });
  }

  requestFinished(request: { method: string; route: string; status: number; seconds: number }): void {
    const { method, route, status, seconds } = request;
    this.#requests.observe({ method, route, status }, seconds);
  }

  /** The exposition text. A backlog that cannot be read is left out; the rest is still told. */
  async text(): Promise<{ contentType: string; body: string }> {
    await this.#fillQueue();
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  async #fillQueue(): Promise<void> {
    this.#tasks.reset();
    this.#oldest.reset();
    const queue = await this.#readQueue?.().catch(() => undefined);
    if (queue === undefined) {
      this.#oldest.remove();
      return;
    }
    for (const state of ['queued', 'eligible', 'running'] as const) this.#tasks.set({ state }, queue[state]);
    this.#oldest.set(queue.oldestQueuedSeconds ?? 0);
  }

  #gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram<L extends string>(name: string, help: string, shape: HistogramShape<L>): Histogram<L> {
    return new Histogram({ name, help, labelNames: [], ...shape, registers: [this.#registry] });
  }
}
