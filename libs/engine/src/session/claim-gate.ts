import type { Sandboxes } from '../ports/sandbox.ts';
import type { Workspaces } from '../ports/workspaces.ts';

/** Below this share of free disk a worker claims nothing. Source: research on disk-full workers. */
const LEAST_FREE_SHARE = 0.1;
export const GATE_EVERY_MS = 5000;

/** Whether this worker is fit to take work, and why not. Refreshed by a loop, so that a claim never waits for it. */
export class ClaimGate {
  readonly #sandboxes: Sandboxes;
  readonly #workspaces: Workspaces;
  #problems: readonly string[] = ['not checked yet'];

  constructor(sandboxes: Sandboxes, workspaces: Workspaces) {
    this.#sandboxes = sandboxes;
    this.#workspaces = workspaces;
  }

  get problems(): readonly string[] {
    return this.#problems;
  }

  get isOpen(): boolean {
    return this.#problems.length === 0;
  }

  async refresh(): Promise<void> {
    const problems: string[] = [];
    await this.#sandboxes.ping().catch(() => problems.push('Docker does not answer'));
    const free = await this.#workspaces.freeShare().catch(() => 0);
    if (free < LEAST_FREE_SHARE)
      problems.push(`only ${String(Math.round(free * 100))} % of the disk is free`);
    this.#problems = problems;
  }
}
