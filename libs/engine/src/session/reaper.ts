import type { AttemptKey } from '../ports/attempt-key.ts';
import type { Sandboxes } from '../ports/sandbox.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Log } from '../ports/telemetry.ts';
import type { Workspaces } from '../ports/workspaces.ts';
import type { WorkerSession } from './worker-session.ts';

/** A dead worker's attempts are swept after 11 s at most, so what they left is gone in about 20. */
export const REAP_EVERY_MS = 5000;

const nameOf = (key: AttemptKey): string => `${key.taskId}/${String(key.attempt)}`;

/**
 * Collects what dead attempts left on this host. Dead is what the database knows as ended, or not at all: an attempt of a
 * session whose lease has run out is spared until a sweep has closed it. Without PostgreSQL nobody is dead.
 */
export class Reaper {
  readonly #sessions: Pick<SessionStore, 'liveAttempts'>;
  readonly #sandboxes: Pick<Sandboxes, 'reap'>;
  readonly #workspaces: Pick<Workspaces, 'reap'>;
  readonly #session: Pick<WorkerSession, 'owns'>;
  readonly #log: Log;

  constructor(parts: {
    sessions: Pick<SessionStore, 'liveAttempts'>;
    sandboxes: Pick<Sandboxes, 'reap'>;
    workspaces: Pick<Workspaces, 'reap'>;
    session: Pick<WorkerSession, 'owns'>;
    log: Log;
  }) {
    this.#sessions = parts.sessions;
    this.#sandboxes = parts.sandboxes;
    this.#workspaces = parts.workspaces;
    this.#session = parts.session;
    this.#log = parts.log;
  }

  /**
   * Containers first: what still runs would write into a workspace while it is removed.
   * @throws `service_unavailable`, `engine_unreachable`; then this round ends there.
   */
  async reapOnce(): Promise<void> {
    const containers = await this.#sandboxes.reap((found) => this.#deadAmong(found));
    const held = new Set(containers.stuck.map(nameOf));
    const workspaces = await this.#workspaces.reap(async (found) =>
      (await this.#deadAmong(found)).filter((key) => !held.has(nameOf(key))),
    );
    const stuck = [...containers.stuck, ...workspaces.stuck];
    if (stuck.length > 0) this.#log.warn({ stuck }, 'something of dead attempts could not be removed');
    const removed = { containers: containers.removed, workspaces: workspaces.removed };
    if (removed.containers + removed.workspaces > 0)
      this.#log.info(removed, 'removed what dead attempts left');
  }

  async #deadAmong(found: readonly AttemptKey[]): Promise<readonly AttemptKey[]> {
    if (found.every((key) => this.#session.owns(key))) return [];
    const live = new Set((await this.#sessions.liveAttempts()).map(nameOf));
    return found.filter((key) => !live.has(nameOf(key)) && !this.#session.owns(key));
  }
}
