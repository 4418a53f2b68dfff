import { randomBytes } from 'node:crypto';
import { effectiveLimits, taskIdFrom, type ApiKeyId, type SessionId, type TeamId } from '@drydock/domain';
import { TaskRequest, type NewEvent, type TaskRequestInput } from '@drydock/contracts';
import type { ApiKeyStore } from '../ports/api-key-store.ts';
import type { AttemptEnd, AttemptStore, Claim, EventBatch } from '../ports/attempt-store.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { NewTask } from '../ports/task-record.ts';
import type { TaskStore } from '../ports/task-store.ts';

/** All stores over one empty truth, and the things that no port does. */
export interface StoresUnderTest {
  readonly tasks: TaskStore;
  readonly attempts: AttemptStore;
  /** Sweeps at once, without a time of proven health first. */
  readonly sessions: SessionStore;
  readonly events: EventLog;
  readonly keys: ApiKeyStore;
  readonly addTeam: (limits?: TeamLimits) => Promise<TeamId>;
  /** Lets the session's lease end now, as if it had not been renewed. */
  readonly endLease: (session: SessionId) => Promise<void>;
  /** Lets the time come that every waiting task waits for. */
  readonly makeDue: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface TeamLimits {
  readonly weight?: number;
  readonly maxConcurrent?: number;
  readonly maxQueued?: number;
}

export type MakeStores = () => Promise<StoresUnderTest>;

/** A task as the api would submit it: `request` is parsed with defaults, `rest` overrides what stands beside it. */
export const aNewTask = (
  teamId: TeamId,
  request: Partial<TaskRequestInput> = {},
  rest: Partial<NewTask> = {},
): NewTask => {
  const source = { git: { url: 'https://github.com/acme/shop.git' } };
  const parsed = TaskRequest.parse({ source, description: 'Fix the rounding bug', ...request });
  return {
    id: taskIdFrom(Date.now(), randomBytes(16)),
    teamId,
    createdBy: 'testkey1' as ApiKeyId,
    request: parsed,
    imageName: 'drydock/toolbox:1',
    limits: effectiveLimits(parsed.limits),
    zip: null,
    sourceToken: null,
    retryOf: null,
    base: null,
    notBefore: null,
    traceparent: null,
    ...rest,
  };
};

export const anIdempotencyKey = (key: string, bodyHash = 'hash') => ({
  route: 'POST /v1/tasks',
  key,
  bodyHash,
});

export const aNotice = (message: string): NewEvent => ({
  type: 'notice',
  at: '2026-01-02T03:04:05.678Z',
  payload: { code: 'test', message },
});

/** A batch of notices with these messages. */
export const aBatch = (number: number, messages: readonly string[]): EventBatch => ({
  number,
  events: messages.map(aNotice),
});

export const anEnd = (outcome: AttemptEnd['outcome'], rest: Partial<AttemptEnd> = {}): AttemptEnd => ({
  outcome,
  error: null,
  resultTree: null,
  diffstat: null,
  verify: [],
  artifacts: [],
  agentSeconds: 0,
  ...rest,
});

/** Opens a session of a worker of that name. */
export const openSession = async (stores: StoresUnderTest, workerId = 'worker-a'): Promise<SessionId> => {
  const bootNonce = randomBytes(4).toString('hex');
  const id = `${workerId}:${bootNonce}` as SessionId;
  await stores.sessions.open({ id, workerId, bootNonce, host: 'host-a', version: '0.1.0', concurrency: 2 });
  return id;
};

export const submitted = async (
  stores: StoresUnderTest,
  teamId: TeamId,
  ...rest: [Partial<TaskRequestInput>?, Partial<NewTask>?]
) => (await stores.tasks.submit(aNewTask(teamId, ...rest), null)).task;

/** @throws Error when there is nothing to claim. */
export const claimed = async (stores: StoresUnderTest, session: SessionId): Promise<Claim> => {
  const claim = await stores.attempts.claimNext(session);
  if (claim === null) throw new Error('There was nothing to claim.');
  return claim;
};

/** A team with one task, claimed by a new session. */
export const aRunningTask = async (stores: StoresUnderTest, request: Partial<TaskRequestInput> = {}) => {
  const teamId = await stores.addTeam();
  await submitted(stores, teamId, request);
  const session = await openSession(stores);
  const claim = await claimed(stores, session);
  return { teamId, session, claim, fence: claim.fence, id: claim.task.id };
};

export const allEvents = async (stores: StoresUnderTest, id: NewTask['id']) =>
  (await stores.events.read(id, 0, 100_000)).events;
