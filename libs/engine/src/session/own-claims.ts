import type { SessionId } from '@drydock/domain';
import type { HeldLease } from './held-lease.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * What this process has claimed of one kind of work and carries. Claims come one after the other: a claim also takes what
 * its session has without knowing, because an answer got lost, and one under way would look the same.
 */
export class OwnClaims<Claim, Id> {
  readonly #session: WorkerSession;
  readonly #idOf: (claim: Claim) => Id;
  readonly #held = new Set<Claim>();
  #turns: Promise<unknown> = Promise.resolve();

  constructor(session: WorkerSession, idOf: (claim: Claim) => Id) {
    this.#session = session;
    this.#idOf = idOf;
  }

  get ids(): Id[] {
    return [...this.#held].map(this.#idOf);
  }

  /** @returns whether there was anything to claim. @throws what `claim` and `carry` throw. */
  async next(
    claim: (session: SessionId, held: readonly Id[]) => Promise<Claim | null>,
    carry: (claim: Claim, held: HeldLease) => Promise<void>,
  ): Promise<boolean> {
    const joined = this.#session.join();
    if (joined === null) return false;
    try {
      const claimed = await this.#inTurn(() => claim(joined.sessionId, this.ids));
      if (claimed === null) return false;
      try {
        await carry(claimed, joined.held);
      } finally {
        this.#held.delete(claimed);
      }
      return true;
    } finally {
      this.#session.leave(joined.held);
    }
  }

  #inTurn(claim: () => Promise<Claim | null>): Promise<Claim | null> {
    const turn = this.#turns.then(async () => {
      const claimed = await claim();
      if (claimed !== null) this.#held.add(claimed);
      return claimed;
    });
    this.#turns = turn.catch(() => undefined);
    return turn;
  }
}
