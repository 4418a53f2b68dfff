import {
  GATE_EVERY_MS,
  IntervalLoop,
  REAP_EVERY_MS,
  RING_EVERY_MS,
  ringOnce,
  SWEEP_EVERY_MS,
  takeBackLost,
  type ArtifactStore,
  type ClaimGate,
  type Log,
  type Reaper,
  type Retention,
  type SessionStore,
  type Telemetry,
  type WakeUps,
  type WorkerSession,
} from '@drydock/engine';

/** After the grace, attempts are told to hand back; this long for that. */
const HAND_BACK_MS = 20_000;
const POLL_MS = 50;

export interface WorkerLifeParts {
  readonly session: WorkerSession;
  readonly sessions: SessionStore;
  readonly wakeUps: WakeUps;
  readonly reaper: Reaper;
  readonly gate: ClaimGate;
  readonly retention: Retention;
  readonly retentionEveryMs: number;
  readonly artifacts: ArtifactStore;
  readonly telemetry: Telemetry;
  readonly log: Log;
  readonly drainSeconds: number;
}

/** What the life of a worker needs of BullMQ. */
export interface Consumer {
  run(): void;
  pause(): Promise<void>;
}

/** Order of a worker's start and end. */
export class WorkerLife {
  readonly #parts: WorkerLifeParts;
  readonly #loops: readonly IntervalLoop[];
  #consumer: Consumer | null = null;

  constructor(parts: WorkerLifeParts) {
    this.#parts = parts;
    const { sessions, artifacts, telemetry, wakeUps, reaper, gate, retention, log } = parts;
    const loop = (name: string, pauseMs: number, work: () => Promise<unknown>): IntervalLoop =>
      new IntervalLoop({ name, pauseMs, log, work: async () => void (await work()) });
    this.#loops = [
      loop('gate', GATE_EVERY_MS, () => gate.refresh()),
      loop('ringer', RING_EVERY_MS, () => ringOnce(sessions, wakeUps)),
      loop('sweep', SWEEP_EVERY_MS, () => takeBackLost({ sessions, artifacts, telemetry })),
      loop('reaper', REAP_EVERY_MS, () => reaper.reapOnce()),
      loop('retention', parts.retentionEveryMs, () => retention.runOnce()),
    ];
  }

  get isClaiming(): boolean {
    return this.#consumer !== null;
  }

  async start(consumer: Consumer): Promise<void> {
    await this.#parts.session.open();
    await this.#parts.gate.refresh();
    for (const loop of this.#loops) loop.start();
    consumer.run();
    this.#consumer = consumer;
  }

  /** Bounded: grace for running tasks, then hand back, then end. */
  async drain(): Promise<void> {
    const { session, retention, log, drainSeconds } = this.#parts;
    session.stopClaiming();
    await this.#consumer?.pause();
    this.#consumer = null;
    log.info({ running: session.runningCount, drainSeconds }, 'draining');
    await this.#idle(drainSeconds * 1000);
    session.handBack();
    await this.#idle(HAND_BACK_MS);
    retention.stop();
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await session.close().catch((error: unknown) => {
      log.warn({ error }, 'the session could not be closed; its lease will end by itself');
    });
  }

  async #idle(atMostMs: number): Promise<void> {
    const deadline = Date.now() + atMostMs;
    while (this.#parts.session.runningCount > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
