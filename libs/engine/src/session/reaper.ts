import type { AttemptKey } from '../ports/attempt-key.ts';
import type { Sandboxes } from '../ports/sandbox.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Workspaces } from '../ports/workspaces.ts';
import type { WorkerSession } from './worker-session.ts';

/** Two rounds must find an attempt dead, so what it left is gone after 10 to 20 s. */
export const REAP_EVERY_MS = 10_000;

const nameOf = (key: AttemptKey): string => `${key.taskId}/${String(key.attempt)}`;

/**
 * Collects what dead attempts left on this host. An attempt must be found dead in two rounds: between the question who
 * lives and the look at the host, a neighbour may have claimed a task and created its container.
 */
export class Reaper {
  readonly #sessions: SessionStore;
  readonly #sandboxes: Sandboxes;
  readonly #workspaces: Workspaces;
  readonly #session: WorkerSession;
  #suspects = new Set<string>();

  constructor(parts: {
    sessions: SessionStore;
    sandboxes: Sandboxes;
    workspaces: Workspaces;
    session: WorkerSession;
  }) {
    this.#sessions = parts.sessions;
    this.#sandboxes = parts.sandboxes;
    this.#workspaces = parts.workspaces;
    this.#session = parts.session;
  }

  /** @returns How many containers and workspaces were removed. */
  async reapOnce(): Promise<number> {
    const live = new Set((await this.#sessions.liveAttempts()).map(nameOf));
    const suspects = new Set<string>();
    const isSpared = (key: AttemptKey): boolean => {
      const name = nameOf(key);
      if (live.has(name) || this.#session.owns(key)) return true;
      suspects.add(name);
      return !this.#suspects.has(name);
    };
    const containers = await this.#sandboxes.reap(isSpared);
    const workspaces = await this.#workspaces.reap(isSpared);
    this.#suspects = suspects;
    return containers + workspaces;
  }
}
