import { AttemptAborted, crashPoint, Redactor } from '@drydock/domain';
import type { AttemptEnd, Claim } from '../ports/attempt-store.ts';
import type { HeldAttempt } from '../session/held-attempt.ts';
import type { Claimed, WorkerSession } from '../session/worker-session.ts';
import { lossOf, type AttemptContext, type AttemptPorts, type AttemptSettings } from './attempt-context.ts';
import { discardArtifacts } from './discard-artifacts.ts';
import { EventWriter, isLeaseLost } from './event-writer.ts';
import { PatientAttemptStore } from './patient-attempt-store.ts';
import { LogAllowance } from './phase-log.ts';
import { PreparedSandboxes } from './prepared-sandboxes.ts';
import { walkAttempt } from './walk-attempt.ts';

/** Clean-up follows every ending, also an abort, so it has a deadline of its own. */
const CLEAN_UP_MS = 30_000;

/** Takes one task and carries it to its end. One call per wake-up. */
export class ExecuteTask {
  readonly #ports: AttemptPorts;
  readonly #settings: AttemptSettings;
  readonly #session: WorkerSession;

  constructor(ports: AttemptPorts, settings: AttemptSettings, session: WorkerSession) {
    this.#ports = ports;
    this.#settings = settings;
    this.#session = session;
  }

  /**
   * Claims the fair-first task, if there is one and this worker may, and runs it. `onClaim` is told what was claimed.
   * @returns whether there was one.
   */
  async claimAndRun(onClaim: (claim: Claim) => void = () => undefined): Promise<boolean> {
    const askedAt = new Date();
    crashPoint('claim.before');
    const claimed = await this.#claim();
    if (!claimed) return false;
    crashPoint('claim.after');
    try {
      onClaim(claimed.claim);
      await this.#carry(claimed, askedAt);
    } finally {
      this.#session.release(claimed.held.fence);
    }
    return true;
  }

  async #carry(claimed: Claimed, askedAt: Date): Promise<void> {
    const { task, fence } = claimed.claim;
    const attributes = { 'drydock.task': task.id, 'drydock.attempt': fence.attempt };
    const { telemetry } = this.#ports;
    telemetry.taskClaimed((Date.now() - (task.notBefore ?? task.createdAt).getTime()) / 1000);
    telemetry.attemptStarted();
    const below = { attributes, traceparent: task.traceparent };
    try {
      await telemetry.span('claim', { ...below, startedAt: askedAt }, () => Promise.resolve());
      await telemetry.span('attempt', below, () => this.#run(claimed));
    } finally {
      telemetry.attemptEnded();
    }
  }

  /** A claim that fails took nothing, or what it took is handed back: the next wake-up tries again. */
  async #claim(): Promise<Claimed | null> {
    try {
      return await this.#session.claim();
    } catch (error) {
      this.#ports.telemetry.log.warn({ error }, 'the claim failed');
      if (isLeaseLost(error)) await this.#session.beat();
      return null;
    }
  }

  async #run({ claim, held }: Claimed): Promise<void> {
    const context = this.#contextOf(claim, held);
    const prepared = new PreparedSandboxes(this.#ports.sandboxes, context.key);
    try {
      const end = await walkAttempt(context, prepared);
      const attributes = { 'drydock.task': context.key.taskId, 'drydock.attempt': context.key.attempt };
      await this.#ports.telemetry.span('finish', { attributes }, () => this.#finish(context, end));
    } catch (error) {
      this.#ports.telemetry.log.error(
        { ...context.key, error },
        'the end of the attempt could not be written',
      );
    } finally {
      await this.#cleanUp(context, prepared);
    }
  }

  #contextOf(claim: Claim, held: HeldAttempt): AttemptContext {
    const { hints } = this.#ports;
    const { fence, task } = claim;
    const attempts = new PatientAttemptStore(this.#ports.attempts, held);
    const redactor = new Redactor([
      ...this.#settings.secrets,
      ...(claim.sourceToken ? [claim.sourceToken] : []),
    ]);
    const events = new EventWriter({
      append: async (batch) => {
        await attempts.appendEvents(fence, batch);
        hints.publish(task.id);
      },
      redactor,
      now: () => new Date(),
      onError: (error) => {
        // A loss has stopped the attempt already.
        if (!isLeaseLost(error)) held.stop(new AttemptAborted('fault', 'the history cannot be written'));
      },
    });
    const key = { taskId: fence.taskId, attempt: fence.attempt };
    return {
      ports: { ...this.#ports, attempts },
      settings: this.#settings,
      claim,
      fence,
      key,
      events,
      redactor,
      logAllowance: new LogAllowance(),
      meter: { usage: task.usage },
      held,
      signal: held.signal,
    };
  }

  async #finish(context: AttemptContext, end: AttemptEnd | 'lost'): Promise<void> {
    const { hints, telemetry } = context.ports;
    // A history that cannot be written is a fault of ours, and the end says so; it must not keep the end from being told.
    if (end !== 'lost') await context.events.drain().catch(() => undefined);
    const reason = lossOf(context);
    if (end === 'lost' || reason !== null) {
      telemetry.log.warn({ ...context.key, reason }, 'the attempt was lost: nothing more is written');
      await discardArtifacts(context.ports, context.key);
      return;
    }
    crashPoint('finish.before');
    const did = await this.#tellEnd(context, end);
    crashPoint('finish.after');
    hints.publish(context.key.taskId);
    telemetry.log.info({ ...context.key, outcome: end.outcome, code: end.error?.code, did }, 'attempt ended');
    // Handed back and finished all the same: a cancel was asked for meanwhile.
    if (did === 'finished')
      telemetry.taskFinished(end.outcome === 'handed_back' ? 'cancelled' : end.outcome, context.meter.usage);
  }

  /**
   * Only the database's own word that the end was not written makes its artifacts worthless. Without an answer it may have
   * been written; if not, the sweep that takes the attempt back removes them.
   */
  async #tellEnd(context: AttemptContext, end: AttemptEnd): Promise<'finished' | 'requeued'> {
    try {
      return await context.ports.attempts.finish(context.fence, end);
    } catch (error) {
      if (isLeaseLost(error)) await discardArtifacts(context.ports, context.key);
      throw error;
    }
  }

  async #cleanUp(context: AttemptContext, prepared: PreparedSandboxes): Promise<void> {
    // What they had stored is removed by whoever swept them; that one may have died on the way.
    const lost = context.claim.task.attempts.filter(({ outcome }) => outcome === 'lost');
    for (const { number } of lost)
      await discardArtifacts(this.#ports, { taskId: context.key.taskId, attempt: number });
    try {
      await prepared.destroyAll(AbortSignal.timeout(CLEAN_UP_MS));
      await this.#ports.workspaces.close(context.key);
    } catch (error) {
      // The reaper takes what is left: it is all labelled.
      this.#ports.telemetry.log.warn({ ...context.key, error }, 'clean-up left something to the reaper');
    }
  }
}
