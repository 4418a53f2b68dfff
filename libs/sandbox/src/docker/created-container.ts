import { AppError } from '@drydock/domain';
import type { CreatedSandbox, RunningSandbox } from '@drydock/engine';
import type Docker from 'dockerode';
import { Attachment } from './attachment.ts';
import { within } from './engine-client.ts';
import { engineFault, imageUnusable, isCutOff, statusOf } from './engine-fault.ts';
import type { Patience } from './patience.ts';
import { RunningContainer } from './running-container.ts';

/** A container and what is needed to follow it through faults of its engine. */
export interface HeldContainer {
  readonly docker: Docker;
  readonly container: Docker.Container;
  readonly image: string;
  readonly patience: Patience;
}

export class CreatedContainer implements CreatedSandbox {
  readonly #held: HeldContainer;
  #wasStarted = false;

  constructor(held: HeldContainer) {
    this.#held = held;
  }

  async start(signal: AbortSignal): Promise<RunningSandbox> {
    signal.throwIfAborted();
    // The engine would run an ended container a second time without a word.
    if (this.#wasStarted) throw new AppError('sandbox_failed', 'A sandbox is started at most once.');
    this.#wasStarted = true;
    return (await this.#tryStart(signal)) ?? (await this.#tryStart(signal)) ?? this.#giveUp();
  }

  /** Null: the engine went away, and the container was never started. */
  async #tryStart(signal: AbortSignal): Promise<RunningSandbox | null> {
    const { container, patience } = this.#held;
    // Before the start, so that no byte is lost; not earlier, since the engine keeps the stream of a container that is
    // removed unstarted open for ever.
    const attachment = await patience
      .with(() => Attachment.open(container), signal)
      .catch((error: unknown) => {
        signal.throwIfAborted();
        throw engineFault(error, 'attach to the sandbox');
      });
    try {
      await container.start(within());
    } catch (error) {
      attachment.close();
      if (isCutOff(error) && (await this.#isUntouched(signal))) return null;
      throw this.#startFault(error);
    }
    return new RunningContainer(this.#held, attachment);
  }

  /** A start may only be repeated when the first one did nothing: the engine starts an ended container once more. */
  async #isUntouched(signal: AbortSignal): Promise<boolean> {
    const { container, patience } = this.#held;
    const { State: state } = await patience
      .with(() => container.inspect(within(signal)), signal)
      .catch((error: unknown) => {
        signal.throwIfAborted();
        throw engineFault(error, 'look at the sandbox');
      });
    return state.Status === 'created';
  }

  #giveUp(): never {
    throw new AppError('engine_unreachable', 'The container engine went away at each start of the sandbox.');
  }

  /** 400 is how the engine says that the jail does not fit this image, as when a mount point is a file in it. */
  #startFault(error: unknown): AppError {
    const { image } = this.#held;
    const fault = engineFault(error, 'start the sandbox');
    return statusOf(error) === 400 ? imageUnusable(image, fault.detail, error) : fault;
  }
}
