import { AppError, type RepositoryId, type SessionId, type TaskId } from '@drydock/domain';
import type {
  ClaimedInbound,
  InboundEnd,
  InboundFence,
  InboundStore,
  NewInbound,
} from '../ports/inbound-store.ts';

interface Entry {
  readonly inbound: NewInbound;
  readonly receivedAt: number;
  attempts: number;
  session: SessionId | null;
  notBefore: number;
  end: InboundEnd | null;
}

const conversationOf = ({ inbound: { trigger } }: Entry): string =>
  `${trigger.repository.owner}/${trigger.repository.name}#${String(trigger.number)}`.toLowerCase();

/** What forges sent, in memory. `advance` lets time pass, `endLease` a session die. */
export class FakeInboundStore implements InboundStore {
  readonly #entries = new Map<string, Entry>();
  readonly #dead = new Set<SessionId>();
  #nowMs = 0;

  /** Ends of what was settled, in the order in which it came. */
  get ends(): InboundEnd[] {
    return [...this.#entries.values()].flatMap(({ end }) => (end === null ? [] : [end]));
  }

  get received(): NewInbound[] {
    return [...this.#entries.values()].map(({ inbound }) => inbound);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  endLease(session: SessionId): void {
    this.#dead.add(session);
  }

  async receive(inbound: NewInbound): Promise<'received' | 'duplicate'> {
    const isKnown = [...this.#entries.values()].some(
      ({ inbound: { id, semanticKey } }) => id === inbound.id || semanticKey === inbound.semanticKey,
    );
    if (isKnown) return 'duplicate';
    const fresh = { attempts: 0, session: null, notBefore: 0, end: null };
    this.#entries.set(inbound.id, { inbound, receivedAt: this.#nowMs, ...fresh });
    return 'received';
  }

  async claimNext(session: SessionId, held: readonly string[]): Promise<ClaimedInbound | null> {
    const [entry] = this.#due(session, held);
    if (entry === undefined) return null;
    entry.session = session;
    entry.attempts++;
    const { id, event, trigger } = entry.inbound;
    return { id, event, trigger, fence: { id, attempt: entry.attempts, sessionId: session } };
  }

  async countDue(session: SessionId, held: readonly string[], atMost: number): Promise<number> {
    return Math.min(atMost, this.#due(session, held).length);
  }

  async settle(fence: InboundFence, end: InboundEnd): Promise<void> {
    this.#fenced(fence).end = end;
  }

  async postpone(fence: InboundFence, delayMs: number): Promise<void> {
    const entry = this.#fenced(fence);
    entry.session = null;
    entry.notBefore = this.#nowMs + delayMs;
  }

  async tasksOf(repositoryId: RepositoryId, number: number): Promise<TaskId[]> {
    return this.ends
      .flatMap(({ started }) => (started === null ? [] : [started]))
      .filter(({ origin }) => origin.repositoryId === repositoryId && origin.number === number)
      .map(({ taskId }) => taskId)
      .sort()
      .toReversed()
      .slice(0, 20);
  }

  async forget(olderThanMs: number): Promise<number> {
    const old = [...this.#entries.values()].filter(
      ({ end, receivedAt }) => end !== null && receivedAt < this.#nowMs - olderThanMs,
    );
    for (const { inbound } of old) this.#entries.delete(inbound.id);
    return old.length;
  }

  #due(asking: SessionId, held: readonly string[]): Entry[] {
    const isFree = ({ session, inbound }: Entry): boolean =>
      session === null || this.#dead.has(session) || (session === asking && !held.includes(inbound.id));
    const open = [...this.#entries.values()].filter(({ end }) => end === null);
    const isFirst = (entry: Entry): boolean =>
      open.find((one) => conversationOf(one) === conversationOf(entry)) === entry;
    return open.filter((entry) => entry.notBefore <= this.#nowMs && isFree(entry) && isFirst(entry));
  }

  #fenced({ id, attempt, sessionId }: InboundFence): Entry {
    const entry = this.#entries.get(id);
    if (entry?.end !== null || entry.attempts !== attempt || entry.session !== sessionId)
      throw new AppError('lease_lost', 'Somebody else has this webhook now.');
    return entry;
  }
}
