import { AppError } from '@drydock/domain';
import type { CreatedSandbox, RunningSandbox } from '@drydock/engine';
import type Docker from 'dockerode';
import { Attachment } from './attachment.ts';
import { within } from './engine-client.ts';
import { engineFault, imageUnusable, statusOf } from './engine-fault.ts';
import { RunningContainer } from './running-container.ts';

export class CreatedContainer implements CreatedSandbox {
  readonly #container: Docker.Container;
  readonly #image: string;
  #wasStarted = false;

  constructor(container: Docker.Container, image: string) {
    this.#container = container;
    this.#image = image;
  }

  async start(signal: AbortSignal): Promise<RunningSandbox> {
    signal.throwIfAborted();
    // The engine would run an ended container a second time without a word.
    if (this.#wasStarted) throw new AppError('sandbox_failed', 'A sandbox is started at most once.');
    this.#wasStarted = true;
    // Before the start, so that no byte is lost; not earlier, since the engine keeps the stream of a container that is
    // removed unstarted open for ever.
    const attachment = await Attachment.open(this.#container).catch((error: unknown) => {
      throw engineFault(error, 'attach to the sandbox');
    });
    try {
      await this.#container.start(within());
    } catch (error) {
      attachment.close();
      throw this.#startFault(error);
    }
    return new RunningContainer(this.#container, attachment, this.#image);
  }

  /** 400 is how the engine says that the jail does not fit this image, as when a mount point is a file in it. */
  #startFault(error: unknown): AppError {
    const fault = engineFault(error, 'start the sandbox');
    return statusOf(error) === 400 ? imageUnusable(this.#image, fault.detail, error) : fault;
  }
}
