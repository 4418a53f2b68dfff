import { AppError } from '@drydock/domain';
import type {
  AskDead,
  AttemptKey,
  CreatedSandbox,
  PhasePlan,
  Reaped,
  SandboxPhase,
  Sandboxes,
} from '@drydock/engine';
import type Docker from 'dockerode';
import { compilePhase } from '../compile/compile-phase.ts';
import type { HostFacts } from '../compile/host-facts.ts';
import { maskVolumes } from '../compile/mask-volumes.ts';
import { sandboxName } from '../compile/sandbox-identity.ts';
import type { SandboxSpec } from '../compile/sandbox-spec.ts';
import { containerRequest } from './container-request.ts';
import { CreatedContainer } from './created-container.ts';
import { DEFAULT_SOCKET, engineClient, inTime, within } from './engine-client.ts';
import { engineFault, imageMissing, statusOf } from './engine-fault.ts';
import { ImageBook } from './image-facts.ts';
import { Patience } from './patience.ts';
import { reapContainers } from './reap-containers.ts';
import { removeContainer } from './remove-container.ts';

export interface DockerSandboxesOptions {
  readonly host: HostFacts;
  /** Unix socket of a local engine; null or absent: Docker's own default. */
  readonly socketPath?: string | null;
  /** How long a call of an attempt is repeated while the engine does not answer; default: a minute. */
  readonly patienceMs?: number;
}

/** Phases as containers of a local Docker Engine. Holds no policy: what a jail is, the compiler says. Never pulls. */
export class DockerSandboxes implements Sandboxes {
  readonly #docker: Docker;
  readonly #host: HostFacts;
  readonly #images: ImageBook;
  readonly #patience: Patience;
  /** Creations under way by name: the engine finishes them even when nobody waits any more, so `destroy` must. */
  readonly #creating = new Map<string, Promise<unknown>>();

  constructor({ host, socketPath, patienceMs }: DockerSandboxesOptions) {
    this.#host = host;
    this.#docker = engineClient(socketPath ?? DEFAULT_SOCKET);
    this.#patience = new Patience(patienceMs);
    this.#images = new ImageBook(this.#docker, this.#patience);
  }

  async create(plan: PhasePlan, signal: AbortSignal): Promise<CreatedSandbox> {
    signal.throwIfAborted();
    const spec = compilePhase(plan, this.#host);
    const creation = this.#createAfterOthers(spec);
    this.#creating.set(spec.name, creation);
    const settled = (): void => {
      if (this.#creating.get(spec.name) === creation) this.#creating.delete(spec.name);
    };
    creation.then(settled, settled);
    return unlessAborted(creation, signal);
  }

  async destroy(key: AttemptKey, phase: SandboxPhase, signal: AbortSignal): Promise<void> {
    const name = sandboxName(this.#host.instanceId, key, phase);
    await unlessAborted(this.#creating.get(name)?.catch(() => undefined) ?? Promise.resolve(), signal);
    await removeContainer(this.#docker.getContainer(name), this.#patience, signal);
  }

  async imageDigest(image: string): Promise<string> {
    return (await this.#images.look(image)).digest;
  }

  async ping(): Promise<void> {
    try {
      await inTime(this.#docker.ping());
    } catch (error) {
      throw new AppError('engine_unreachable', engineFault(error, 'reach the container engine').detail, {
        cause: error,
      });
    }
  }

  reap(askDead: AskDead): Promise<Reaped> {
    return reapContainers(this.#docker, this.#host, askDead);
  }

  async #createAfterOthers(spec: SandboxSpec): Promise<CreatedSandbox> {
    await this.#creating.get(spec.name)?.catch(() => undefined);
    const { volumes } = await this.#images.look(spec.image);
    const container = await this.#createContainer(maskVolumes(spec, volumes));
    return new CreatedContainer({
      docker: this.#docker,
      container,
      image: spec.image,
      patience: this.#patience,
    });
  }

  /** A container of that name is a left-over of the same phase of the same attempt: nobody else may use the name. */
  async #createContainer(spec: SandboxSpec, isSecondTry = false): Promise<Docker.Container> {
    try {
      return await this.#patience.with(() =>
        this.#docker.createContainer({ ...containerRequest(spec), ...within() }),
      );
    } catch (error) {
      if (statusOf(error) === 409 && !isSecondTry) {
        await removeContainer(this.#docker.getContainer(spec.name), this.#patience);
        return await this.#createContainer(spec, true);
      }
      if (statusOf(error) === 404) {
        this.#images.forget(spec.image);
        throw imageMissing(spec.image, error);
      }
      throw engineFault(error, 'create the sandbox');
    }
  }
}

const unlessAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
};
