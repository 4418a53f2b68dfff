import { AttemptAborted, crashPoint, Redactor } from '@drydock/domain';
import type { Claim } from '../ports/attempt-store.ts';
import type { WorkerSession } from '../session/worker-session.ts';
import type { AttemptContext, AttemptPorts, AttemptSettings } from './attempt-context.ts';
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
    const claim = await this.#claim();
    if (!claim) return false;
    crashPoint('claim.after');
    onClaim(claim);
    const { task, fence } = claim;
    const attributes = { 'drydock.task': task.id, 'drydock.attempt': fence.attempt };
    const { telemetry } = this.#ports;
    telemetry.taskClaimed((Date.now() - (task.notBefore ?? task.createdAt).getTime()) / 1000);
    telemetry.attemptStarted();
    const below = { attributes, traceparent: task.traceparent };
    try {
      await telemetry.span('claim', { ...below, startedAt: askedAt }, () => Promise.resolve());
      await telemetry.span('attempt', below, () => this.#run(claim));
    } finally {
      telemetry.attemptEnded();
    }
    return true;
  }

  /** A claim that fails took nothing, or what it took is handed back: the next wake-up tries again. */
  async #claim(): Promise<Claim | null> {
    try {
      return await this.#session.claim();
    } catch (error) {
      this.#ports.telemetry.log.warn({ error }, 'the claim failed');
      if (isLeaseLost(error)) await this.#session.beat();
      return null;
    }
  }

  async #run(claim: Claim): Promise<void> {
    const stop = this.#session.adopt(claim.fence);
    const context = this.#contextOf(claim, stop);
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
      this.#session.release(claim.fence);
    }
  }

  #contextOf(claim: Claim, stop: AbortController): AttemptContext {
    const { hints } = this.#ports;
    const { fence, task } = claim;
    const attempts = new PatientAttemptStore(this.#ports.attempts, () => this.#session.lostSignal);
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
        stop.abort(
          isLeaseLost(error)
            ? new AttemptAborted('lease_lost', 'another attempt owns the task')
            : new AttemptAborted('fault', 'the history cannot be written'),
        );
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
      signal: stop.signal,
    };
  }

  async #finish(context: AttemptContext, end: Awaited<ReturnType<typeof walkAttempt>>): Promise<void> {
    const { attempts, hints, telemetry } = context.ports;
    if (end === 'lost') {
      telemetry.log.warn(context.key, 'the attempt was lost: nothing more is written');
      return;
    }
    await context.events.drain().catch((error: unknown) => {
      // A history that cannot be written is a fault of ours, and the end says so; it must not keep the end from being told.
      if (isLeaseLost(error)) throw error;
    });
    crashPoint('finish.before');
    const did = await attempts.finish(context.fence, end);
    crashPoint('finish.after');
    hints.publish(context.key.taskId);
    telemetry.log.info({ ...context.key, outcome: end.outcome, code: end.error?.code, did }, 'attempt ended');
    if (did === 'finished' && end.outcome !== 'handed_back')
      telemetry.taskFinished(end.outcome, context.meter.usage);
  }

  async #cleanUp(context: AttemptContext, prepared: PreparedSandboxes): Promise<void> {
    try {
      await prepared.destroyAll(AbortSignal.timeout(CLEAN_UP_MS));
      await this.#ports.workspaces.close(context.key);
    } catch (error) {
      // The reaper takes what is left: it is all labelled.
      this.#ports.telemetry.log.warn({ ...context.key, error }, 'clean-up left something to the reaper');
    }
  }
}
