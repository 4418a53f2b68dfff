import { AppError } from '@drydock/domain';
import type { RunningSandbox, SandboxExit } from '@drydock/engine';
import type Docker from 'dockerode';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attachment } from './attachment.ts';
import { within } from './engine-client.ts';
import { engineFault, imageUnusable, isUnreachable, statusOf } from './engine-fault.ts';

/** Between the end of the streams and that of the process, and the other way round. Normally milliseconds. */
const SETTLE_MS = 5000;
/** How long a restarting engine is waited for before what ran is given up. */
const RECOVER_MS = 10_000;
const RECOVER_EVERY_MS = 250;
/** tini's own exit codes when it cannot start its child. */
const CANNOT_START = [126, 127];

const DONE_STATUS = [404, 409];

/** SIGKILL to all inside. A container that has ended or is gone is fine. */
export const killContainer = async (container: Docker.Container): Promise<void> => {
  try {
    await container.kill({ signal: 'SIGKILL', ...within() });
  } catch (error) {
    if (!DONE_STATUS.includes(statusOf(error) ?? 0)) throw engineFault(error, 'kill the sandbox');
  }
};

export class RunningContainer implements RunningSandbox {
  readonly output: AsyncIterable<Uint8Array>;
  readonly #container: Docker.Container;
  readonly #attachment: Attachment;
  readonly #image: string;
  readonly #exit: Promise<SandboxExit>;

  constructor(container: Docker.Container, attachment: Attachment, image: string) {
    this.#container = container;
    this.#attachment = attachment;
    this.#image = image;
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
    await killContainer(this.#container);
  }

  async #follow(): Promise<SandboxExit> {
    try {
      await this.#processEnd();
      return await this.#readExit();
    } finally {
      await Promise.race([this.#attachment.ended, delay(SETTLE_MS, undefined, { ref: false })]);
      this.#attachment.close();
    }
  }

  /**
   * The condition `not-running` is asked for after the start, not `next-exit` before it: it answers also for a process
   * that has ended already, so nothing can be missed. Streams that end while the process lives mean that the engine lost
   * them, and with them output: such a run is never good.
   */
  async #processEnd(): Promise<void> {
    const ended = this.#container.wait({ condition: 'not-running' }).then(
      () => 'ended' as const,
      (error: unknown) => ({ error }),
    );
    const detached = this.#attachment.ended
      .then(() => delay(SETTLE_MS, undefined, { ref: false }))
      .then(() => 'detached' as const);
    const first = await Promise.race([ended, detached]);
    if (first === 'ended') return;
    const cause = first === 'detached' ? undefined : first.error;
    if (statusOf(cause) === 404) throw vanished(cause);
    await this.#stopOrphan();
    throw new AppError('sandbox_failed', 'The container engine lost the sandbox while it ran.', { cause });
  }

  async #stopOrphan(): Promise<void> {
    const deadline = performance.now() + RECOVER_MS;
    for (;;) {
      try {
        await killContainer(this.#container);
        return;
      } catch (error) {
        if (!(error instanceof AppError) || !isUnreachable(error.cause) || performance.now() > deadline)
          throw error;
      }
      await delay(RECOVER_EVERY_MS);
    }
  }

  async #readExit(): Promise<SandboxExit> {
    const { State: state } = await this.#container.inspect(within()).catch((error: unknown) => {
      throw statusOf(error) === 404 ? vanished(error) : engineFault(error, 'read the end of the sandbox');
    });
    if (CANNOT_START.includes(state.ExitCode)) await this.#throwIfNeverStarted();
    return { exitCode: state.ExitCode, oomKilled: state.OOMKilled };
  }

  /** Only while nothing came from the runner: later these words could be the agent's. */
  async #throwIfNeverStarted(): Promise<void> {
    await Promise.race([this.#attachment.ended, delay(SETTLE_MS, undefined, { ref: false })]);
    const words = this.#attachment.stderr.text();
    if (!this.#attachment.hasOutput && /^\[FATAL tini/.test(words)) throw imageUnusable(this.#image, words);
  }
}

const vanished = (cause: unknown): AppError =>
  new AppError('sandbox_failed', 'The container of the sandbox was removed while it ran.', { cause });
