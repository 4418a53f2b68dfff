import type Docker from 'dockerode';
import { inTime } from './engine-client.ts';
import { engineFault, imageMissing, statusOf } from './engine-fault.ts';
import type { Patience } from './patience.ts';

export interface ImageFacts {
  /** `sha256:…` */
  readonly digest: string;
  /** Paths that the image declares as volumes. */
  readonly volumes: readonly string[];
}

interface Known {
  readonly facts: Promise<ImageFacts>;
  readonly untilMs: number;
}

/** Saves a call per phase; short, since a tag may be moved. What is not there is asked for again at once. */
const KEEP_MS = 10_000;

/** What the engine knows of its local images. */
export class ImageBook {
  readonly #docker: Docker;
  readonly #patience: Patience;
  readonly #known = new Map<string, Known>();

  constructor(docker: Docker, patience: Patience) {
    this.#docker = docker;
    this.#patience = patience;
  }

  /** @throws AppError `image_missing`, `engine_unreachable`, `sandbox_failed`. */
  look(image: string): Promise<ImageFacts> {
    const now = performance.now();
    for (const [name, { untilMs }] of this.#known) if (untilMs < now) this.#known.delete(name);
    const known = this.#known.get(image);
    if (known) return known.facts;
    const facts = this.#ask(image);
    this.#known.set(image, { facts, untilMs: now + KEEP_MS });
    facts.catch(() => this.#known.delete(image));
    return facts;
  }

  forget(image: string): void {
    this.#known.delete(image);
  }

  async #ask(image: string): Promise<ImageFacts> {
    try {
      const found = await this.#patience.with(() => inTime(this.#docker.getImage(image).inspect()));
      const volumes: unknown = found.Config.Volumes;
      return { digest: found.Id, volumes: Object.keys((volumes as object | null | undefined) ?? {}) };
    } catch (error) {
      throw statusOf(error) === 404 ? imageMissing(image, error) : engineFault(error, 'look up the image');
    }
  }
}
