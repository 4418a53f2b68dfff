import { crashPoint } from '@drydock/domain';
import type { CreatedSandbox, PhasePlan, SandboxPhase, Sandboxes } from '../ports/sandbox.ts';
import type { AttemptKey } from '../ports/attempt-key.ts';

interface Prepared {
  readonly fingerprint: string;
  readonly created: Promise<CreatedSandbox>;
}

/**
 * Containers created ahead of their phase: creating one costs tens of milliseconds that the checkout or the phase before
 * hides. A container made for another plan than the one finally wanted is thrown away.
 */
export class PreparedSandboxes {
  readonly #sandboxes: Sandboxes;
  readonly #key: AttemptKey;
  readonly #prepared = new Map<SandboxPhase, Prepared>();
  readonly #used = new Set<SandboxPhase>();

  constructor(sandboxes: Sandboxes, key: AttemptKey) {
    this.#sandboxes = sandboxes;
    this.#key = key;
  }

  prepare(plan: PhasePlan, signal: AbortSignal): void {
    if (this.#prepared.has(plan.phase)) return;
    this.#used.add(plan.phase);
    const created = this.#create(plan, signal);
    created.catch(() => undefined);
    this.#prepared.set(plan.phase, { fingerprint: JSON.stringify(plan), created });
  }

  async take(plan: PhasePlan, signal: AbortSignal): Promise<CreatedSandbox> {
    const prepared = this.#prepared.get(plan.phase);
    this.#prepared.delete(plan.phase);
    if (prepared?.fingerprint === JSON.stringify(plan)) return prepared.created;
    if (prepared) {
      await prepared.created.catch(() => undefined);
      await this.destroy(plan.phase, signal);
    }
    this.#used.add(plan.phase);
    return this.#create(plan, signal);
  }

  async destroy(phase: SandboxPhase, signal: AbortSignal): Promise<void> {
    await this.#sandboxes.destroy(this.#key, phase, signal);
  }

  async #create(plan: PhasePlan, signal: AbortSignal): Promise<CreatedSandbox> {
    crashPoint('container.before_create');
    const created = await this.#sandboxes.create(plan, signal);
    crashPoint('container.after_create');
    return created;
  }

  /** Removes every container that was ever asked for. */
  async destroyAll(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#prepared.values()].map(({ created }) => created.catch(() => undefined)));
    await Promise.all([...this.#used].map((phase) => this.#sandboxes.destroy(this.#key, phase, signal)));
  }
}
