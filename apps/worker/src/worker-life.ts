import {
  GATE_EVERY_MS,
  IntervalLoop,
  REAP_EVERY_MS,
  RING_EVERY_MS,
  ringDeliveries,
  ringOnce,
  SWEEP_EVERY_MS,
  type AttemptEnd,
  type AttemptStore,
  takeBackLost,
  type ArtifactStore,
  type ClaimGate,
  type DeliveryStore,
  type ForgeWork,
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
/** For what is left when nothing runs any more; PostgreSQL and Redis may be away just then. */
const LAST_STEPS_MS = 2000;
/** Left-overs of the last life are looked after before the first claim, as long as that is quick. */
const FIRST_REAP_MS = 10_000;
const POLL_MS = 50;
/** For what a worker of the version before, or one that was killed, has left. */
const UPKEEP_EVERY_MS = 60_000;
/** Of an unknown process; that of a dead one goes at once. */
const ABANDONED_MS = 3_600_000;

export interface WorkerLifeParts {
  readonly session: WorkerSession;
  readonly sessions: SessionStore;
  readonly attempts: Pick<AttemptStore, 'finish'>;
  readonly wakeUps: WakeUps;
  readonly deliveries: Pick<DeliveryStore, 'releaseForgotten'>;
  readonly forgeWork: Pick<ForgeWork, 'countDue'>;
  readonly publisher: { removeLeftOvers(olderThanMs: number): Promise<number> };
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
  /** Takes no more wake-ups. */
  pause(): Promise<void>;
  resume(): void;
}

/** An attempt that ends here and goes on elsewhere, without loss of an attempt. */
const HANDED_BACK: AttemptEnd = {
  outcome: 'handed_back',
  error: null,
  resultTree: null,
  diffstat: null,
  verify: [],
  artifacts: [],
  agentSeconds: 0,
};

/** Order of a worker's start and end. */
export class WorkerLife {
  readonly #parts: WorkerLifeParts;
  readonly #loops: readonly IntervalLoop[];
  #consumer: Consumer | null = null;
  #isPaused = false;
  #isHurried = false;

  constructor(parts: WorkerLifeParts) {
    this.#parts = parts;
    const { sessions, artifacts, telemetry, wakeUps, reaper, retention, log, deliveries } = parts;
    const loop = (name: string, pauseMs: number, work: () => Promise<unknown>): IntervalLoop =>
      new IntervalLoop({ name, pauseMs, log, work: async () => void (await work()) });
    this.#loops = [
      loop('gate', GATE_EVERY_MS, () => this.#minGate()),
      loop('ringer', RING_EVERY_MS, () => ringOnce(sessions, wakeUps)),
      loop('ringer of deliveries', RING_EVERY_MS, () => ringDeliveries(parts.forgeWork, wakeUps)),
      loop('forgotten deliveries', UPKEEP_EVERY_MS, () => deliveries.releaseForgotten()),
      loop('left-overs of deliveries', UPKEEP_EVERY_MS, () => parts.publisher.removeLeftOvers(ABANDONED_MS)),
      loop('sweep', SWEEP_EVERY_MS, () => takeBackLost({ sessions, artifacts, telemetry })),
      loop('reaper', REAP_EVERY_MS, () => reaper.reapOnce()),
      loop('retention', parts.retentionEveryMs, () => retention.runOnce()),
    ];
  }

  get isClaiming(): boolean {
    return this.#consumer !== null;
  }

  async start(consumer: Consumer): Promise<void> {
    const { session, reaper, gate, log } = this.#parts;
    await session.open();
    await atMost(
      FIRST_REAP_MS,
      reaper.reapOnce().catch((error: unknown) => {
        log.warn({ error }, 'left-overs could not be looked for yet');
      }),
    );
    await gate.refresh();
    for (const loop of this.#loops) loop.start();
    consumer.run();
    this.#consumer = consumer;
  }

  /** Bounded, whatever is away: grace for running tasks, then hand back, then end. */
  async drain(): Promise<void> {
    const { session, retention, log, drainSeconds } = this.#parts;
    session.stopClaiming();
    const consumer = this.#consumer;
    this.#consumer = null;
    await atMost(LAST_STEPS_MS, consumer?.pause());
    log.info({ running: session.runningCount, drainSeconds }, 'draining');
    await this.#idle(drainSeconds * 1000);
    session.handBack();
    await this.#idle(HAND_BACK_MS);
    if (this.#isHurried) await atMost(LAST_STEPS_MS, this.#handBackNow());
    retention.stop();
    await atMost(LAST_STEPS_MS, Promise.all(this.#loops.map((loop) => loop.stop())));
    const closed = session.close().catch((error: unknown) => {
      log.warn({ error }, 'the session could not be closed; its lease will end by itself');
    });
    await atMost(LAST_STEPS_MS, closed);
  }

  /** Somebody is in a hurry: `drain` waits for no attempt any more. */
  hurry(): void {
    this.#isHurried = true;
  }

  /**
   * Tells the database at once, while the attempts still stop. Their containers end when this process does, because their
   * stdin ends, and a reaper finds what they leave.
   */
  async #handBackNow(): Promise<void> {
    const { session, attempts, log } = this.#parts;
    const told = session.fences.map((fence) =>
      attempts.finish(fence, HANDED_BACK).catch((error: unknown) => {
        log.warn({ taskId: fence.taskId, attempt: fence.attempt, error }, 'could not hand back');
      }),
    );
    await Promise.all(told);
  }

  /** A closed gate takes no wake-ups either: they are for workers that may claim. */
  async #minGate(): Promise<void> {
    const { gate, log } = this.#parts;
    await gate.refresh();
    if (this.#consumer === null || this.#isPaused !== gate.isOpen) return;
    this.#isPaused = !gate.isOpen;
    if (gate.isOpen) this.#consumer.resume();
    else await this.#consumer.pause();
    log.warn({ problems: gate.problems }, gate.isOpen ? 'claiming again' : 'not claiming');
  }

  async #idle(atMostMs: number): Promise<void> {
    const deadline = performance.now() + atMostMs;
    while (this.#parts.session.runningCount > 0 && !this.#isHurried && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Waits for work, but not longer than that. */
const atMost = async (ms: number, work: Promise<unknown> | undefined): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
};
