import type { AttemptKey, Fence } from '../ports/attempt-key.ts';

const nameOf = (key: AttemptKey): string => `${key.taskId}/${String(key.attempt)}`;

/**
 * Finds attempts that the database counts as a session's and that nobody in the process runs: a claim was committed, and
 * its answer got lost. A claim under way, or an end that was written a moment ago, look the same for an instant.
 */
export class StrayWatch {
  #suspects = new Map<string, number>();

  /**
   * To be told after every heartbeat.
   * @param unknown - what the database counts as ours and nobody here runs
   * @param oldestClaimMs - when the oldest claim that is still under way was sent; infinity when there is none
   * @returns those that were unknown before, too, while no claim that might bring them is under way any more.
   */
  find(unknown: readonly Fence[], nowMs: number, oldestClaimMs: number): Fence[] {
    const before = this.#suspects;
    this.#suspects = new Map(unknown.map((fence) => [nameOf(fence), before.get(nameOf(fence)) ?? nowMs]));
    return unknown.filter((fence) => (before.get(nameOf(fence)) ?? Infinity) < oldestClaimMs);
  }
}
