import { AppError } from '@drydock/domain';
import type { RunningSandbox, SandboxExit } from '@drydock/engine';
import type Docker from 'dockerode';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attachment } from './attachment.ts';
import type { HeldContainer } from './created-container.ts';
import { within } from './engine-client.ts';
import { engineFault, imageUnusable, statusOf } from './engine-fault.ts';
import { wasEndedFromOutside } from './outside-kill.ts';
import type { Patience } from './patience.ts';

/** Between the end of the streams and that of the process, and the other way round. Normally milliseconds. */
const SETTLE_MS = 5000;
/** After a kill and all patience, so much more: an engine that does not even answer must not keep an attempt for ever. */
const KILL_SLACK_MS = 5000;
/** tini's own exit codes when it cannot start its child. */
const CANNOT_START = [126, 127];

const DONE_STATUS = [404, 409];

/** SIGKILL to all inside. A container that has ended or is gone is fine. */
const killContainer = async (container: Docker.Container, patience: Patience): Promise<void> => {
  try {
    await patience.with(() => container.kill({ signal: 'SIGKILL', ...within() }));
  } catch (error) {
    if (!DONE_STATUS.includes(statusOf(error) ?? 0)) throw engineFault(error, 'kill the sandbox');
  }
};

export class RunningContainer implements RunningSandbox {
  readonly output: AsyncIterable<Uint8Array>;
  readonly #held: HeldContainer;
  readonly #attachment: Attachment;
  readonly #exit: Promise<SandboxExit>;
  /** Ends the waiting for an engine that does not answer. */
  readonly #giveUp = new AbortController();
  #killTimer: NodeJS.Timeout | undefined;

  constructor(held: HeldContainer, attachment: Attachment) {
    this.#held = held;
    this.#attachment = attachment;
    this.output = attachment.output;
    this.#exit = this.#follow();
    this.#exit.catch(() => undefined);
  }

  send(line: Uint8Array): void {
    this.#attachment.send(line);
  }

  wait(): Promise<SandboxExit> {
    return this.#exit;
  }

  async kill(): Promise<void> {
    this.#killTimer ??= setTimeout(() => {
      this.#giveUp.abort();
    }, this.#held.patience.forMs + KILL_SLACK_MS).unref();
    await killContainer(this.#held.container, this.#held.patience);
  }

  async #follow(): Promise<SandboxExit> {
    try {
      return await this.#readExit(await this.#processEnd());
    } finally {
      this.#giveUp.abort();
      clearTimeout(this.#killTimer);
      await Promise.race([this.#attachment.ended, delay(SETTLE_MS, undefined, { ref: false })]);
      this.#attachment.close();
    }
  }

  /**
   * The condition `not-running` is asked for after the start, not `next-exit` before it: it answers also for a process
   * that has ended already, so nothing can be missed. Streams that end while the process lives mean that the engine lost
   * them, and with them output: such a run is never good.
   * @returns the exit code.
   */
  async #processEnd(): Promise<number> {
    const { container, patience } = this.#held;
    const { signal } = this.#giveUp;
    const ended = container.wait({ condition: 'not-running', abortSignal: signal }).then(
      ({ StatusCode }: { StatusCode: number }) => StatusCode,
      (error: unknown) => ({ error }),
    );
    const detached = this.#attachment.ended
      .then(() => delay(SETTLE_MS, undefined, { ref: false }))
      .then(() => 'detached' as const);
    const first = await Promise.race([ended, detached]);
    if (typeof first === 'number') return first;
    const cause = first === 'detached' ? undefined : first.error;
    if (statusOf(cause) === 404) throw vanished(cause);
    if (signal.aborted)
      throw new AppError('engine_unreachable', 'The container engine does not end the sandbox.');
    await killContainer(container, patience);
    throw new AppError('sandbox_failed', 'The container engine lost the sandbox while it ran.', { cause });
  }

  async #readExit(exitCode: number): Promise<SandboxExit> {
    const { docker, container, patience } = this.#held;
    const { State: state } = await patience
      .with(() => container.inspect(within()))
      .catch((error: unknown) => {
        throw statusOf(error) === 404 ? vanished(error) : engineFault(error, 'read the end of the sandbox');
      });
    if (CANNOT_START.includes(state.ExitCode)) await this.#throwIfNeverStarted();
    // Somebody may have started it once more: then the first end is the one that counts, and it was not its own.
    const wasRestarted = state.Running || state.ExitCode !== exitCode;
    const isOurs = this.#killTimer !== undefined;
    if (
      wasRestarted ||
      (exitCode !== 0 && !isOurs && (await this.#wasEndedFromOutside(docker, container.id)))
    )
      throw new AppError(
        'sandbox_failed',
        'The container of the sandbox was ended from outside while it ran.',
      );
    return { exitCode, oomKilled: state.OOMKilled };
  }

  async #wasEndedFromOutside(docker: Docker, id: string): Promise<boolean> {
    return this.#held.patience
      .with(() => wasEndedFromOutside(docker, id))
      .catch((error: unknown) => {
        throw engineFault(error, 'read the end of the sandbox');
      });
  }

  /** Only while nothing came from the runner: later these words could be the agent's. */
  async #throwIfNeverStarted(): Promise<void> {
    await Promise.race([this.#attachment.ended, delay(SETTLE_MS, undefined, { ref: false })]);
    const words = this.#attachment.stderr.text();
    if (!this.#attachment.hasOutput && /^\[FATAL tini/.test(words))
      throw imageUnusable(this.#held.image, words);
  }
}

const vanished = (cause: unknown): AppError =>
  new AppError('sandbox_failed', 'The container of the sandbox was removed while it ran.', { cause });
