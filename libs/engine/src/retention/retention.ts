import type { TaskId } from '@drydock/domain';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { CacheBounds, SourceCache } from '../ports/retention-cache.ts';
import type { RetentionStore } from '../ports/retention-store.ts';
import type { WebhookOutbox } from '../ports/webhook-store.ts';
import type { Log } from '../ports/telemetry.ts';
import { OrphanSweep } from './orphan-sweep.ts';

/** What is removed, as figures and log lines name it. */
export type RetainedThing =
  | 'log_events'
  | 'files_by_age'
  | 'files_by_size'
  | 'orphans'
  | 'half_written'
  | 'idempotency_keys'
  | 'sessions'
  | 'audit'
  | 'secrets'
  | 'webhooks'
  | 'mirrors';

export interface RetentionFigures {
  retentionRemoved(thing: RetainedThing, count: number): void;
  retentionFailed(thing: RetainedThing): void;
}

/** Milliseconds and bytes; null keeps for ever. */
export interface RetentionRules {
  readonly logEventsMs: number | null;
  readonly filesMs: number | null;
  readonly filesMaxBytes: number | null;
  readonly orphanGraceMs: number;
  readonly sessionsMs: number | null;
  readonly webhooksMs: number | null;
  readonly auditMs: number | null;
  readonly mirrorsMs: number | null;
  readonly mirrorsMaxBytes: CacheBounds['maxBytes'];
}

export interface RetentionParts {
  readonly store: RetentionStore;
  readonly webhooks: Pick<WebhookOutbox, 'deleteSettled'>;
  readonly artifacts: ArtifactStore;
  readonly cache: SourceCache;
  readonly instanceId: () => Promise<string>;
  readonly rules: RetentionRules;
  readonly figures: RetentionFigures;
  readonly log: Log;
}

interface Step {
  readonly thing: RetainedThing;
  /** Returns how many it removed. */
  readonly run: (signal: AbortSignal) => Promise<number>;
}

/** Tasks whose log events go in one transaction; rows of other tables per statement; tasks whose files go at once. */
const LOG_TASKS = 20;
const ROWS = 5000;
const FILE_TASKS = 100;
/** One run takes no more than this many batches of a kind; the rest waits for the next. */
const BATCHES = 50;

/**
 * Deletes what is past its time. Each step is bounded and stands alone: one that fails is logged and counted, and the others
 * go on. Steps on this host run in every worker; those on the fleet's truth in one worker at a time.
 */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #stopping = new AbortController();
  readonly #orphans: OrphanSweep;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#orphans = new OrphanSweep({ ...parts, graceMs: parts.rules.orphanGraceMs });
  }

  /** @throws AppError `service_unavailable`: nobody could say whether another worker runs. */
  async runOnce(): Promise<void> {
    await this.#runAll(this.#localSteps(), this.#stopping.signal);
    await this.#parts.store.exclusively((held) =>
      this.#runAll(this.#fleetSteps(), AbortSignal.any([held, this.#stopping.signal])),
    );
  }

  /** A run that is under way ends after its current batch. */
  stop(): void {
    this.#stopping.abort();
  }

  #localSteps(): Step[] {
    const { artifacts, cache, rules } = this.#parts;
    const bounds: CacheBounds = {
      unusedMs: rules.mirrorsMs,
      maxBytes: rules.mirrorsMaxBytes,
      abandonedMs: rules.orphanGraceMs,
    };
    return [
      { thing: 'half_written', run: () => artifacts.removeHalfWritten(rules.orphanGraceMs) },
      {
        thing: 'mirrors',
        run: async () => {
          const { entries, abandoned } = await cache.trim(bounds);
          return entries + abandoned;
        },
      },
    ];
  }

  #fleetSteps(): Step[] {
    const { store, webhooks, rules } = this.#parts;
    const { logEventsMs, filesMs, filesMaxBytes, sessionsMs, webhooksMs, auditMs } = rules;
    return [
      ...whenSet(logEventsMs, (ms) => ({
        thing: 'log_events',
        run: (signal) => this.#logEvents(ms, signal),
      })),
      ...whenSet(filesMs, (olderThanMs) => ({
        thing: 'files_by_age',
        run: (signal) => this.#files(() => store.withdrawFiles({ olderThanMs, limit: FILE_TASKS }), signal),
      })),
      ...whenSet(filesMaxBytes, (bytes) => ({
        thing: 'files_by_size',
        run: (signal) => this.#files(() => store.withdrawFilesAbove(bytes, FILE_TASKS), signal),
      })),
      { thing: 'orphans', run: (signal) => this.#orphans.run(signal) },
      {
        thing: 'idempotency_keys',
        run: (signal) => allRows(() => store.deleteIdempotencyKeys(ROWS), signal),
      },
      ...whenSet(sessionsMs, (olderThanMs) => ({
        thing: 'sessions',
        run: (signal) => allRows(() => store.deleteSessions({ olderThanMs, limit: ROWS }), signal),
      })),
      ...whenSet(webhooksMs, (olderThanMs) => ({
        thing: 'webhooks',
        run: (signal) => allRows(() => webhooks.deleteSettled({ olderThanMs, limit: ROWS }), signal),
      })),
      ...whenSet(auditMs, (olderThanMs) => ({
        thing: 'audit',
        run: (signal) => allRows(() => store.deleteAuditEntries({ olderThanMs, limit: ROWS }), signal),
      })),
      { thing: 'secrets', run: (signal) => this.#secrets(signal) },
    ];
  }

  async #runAll(steps: readonly Step[], signal: AbortSignal): Promise<void> {
    const { figures, log } = this.#parts;
    for (const { thing, run } of steps) {
      if (signal.aborted) return;
      try {
        const removed = await run(signal);
        figures.retentionRemoved(thing, removed);
        if (removed > 0) log.info({ thing, removed }, 'retention removed what was past its time');
      } catch (error) {
        figures.retentionFailed(thing);
        log.warn({ error, thing }, 'a step of retention failed; the next run tries again');
      }
    }
  }

  async #logEvents(olderThanMs: number, signal: AbortSignal): Promise<number> {
    let removed = 0;
    for (let batch = 0; batch < BATCHES && !signal.aborted; batch++) {
      const { tasks, events } = await this.#parts.store.deleteLogEvents({ olderThanMs, limit: LOG_TASKS });
      removed += events;
      if (tasks < LOG_TASKS) break;
    }
    return removed;
  }

  /**
   * The rows say that the files are gone before they are: whatever dies in between, no row promises bytes that are not
   * there, and the sweep of orphans finds what was not removed. @returns How many tasks lost their files.
   */
  async #files(withdraw: () => Promise<TaskId[]>, signal: AbortSignal): Promise<number> {
    let withdrawn = 0;
    for (let batch = 0; batch < BATCHES && !signal.aborted; batch++) {
      const ids = await withdraw();
      for (const id of ids) await this.#removeFiles(id);
      withdrawn += ids.length;
      if (ids.length === 0) break;
    }
    return withdrawn;
  }

  async #removeFiles(taskId: TaskId): Promise<void> {
    const { artifacts, log } = this.#parts;
    await artifacts.remove(`tasks/${taskId}`).catch((error: unknown) => {
      log.warn({ error, taskId }, 'withdrawn files could not be removed; the sweep of orphans tries again');
    });
  }

  async #secrets(signal: AbortSignal): Promise<number> {
    const removed = await allRows(() => this.#parts.store.deleteStraySecrets(ROWS), signal);
    if (removed > 0)
      this.#parts.log.error({ removed }, 'secrets had outlived their tasks, which must not happen');
    return removed;
  }
}

const whenSet = (bound: number | null, step: (bound: number) => Step): Step[] =>
  bound === null ? [] : [step(bound)];

const allRows = async (once: () => Promise<number>, signal: AbortSignal): Promise<number> => {
  let removed = 0;
  for (let batch = 0; batch < BATCHES && !signal.aborted; batch++) {
    const rows = await once();
    removed += rows;
    if (rows < ROWS) break;
  }
  return removed;
};
