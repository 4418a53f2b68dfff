import { effectiveLimits, NO_USAGE, type SessionId, type TaskId, type TeamId } from '@drydock/domain';
import { TaskRequest, type TaskRequestInput } from '@drydock/contracts';
import { ExecuteTask } from '../attempt/execute-task.ts';
import type { Claim } from '../ports/attempt-store.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { TaskRecord } from '../ports/task-record.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { WorkerSession } from '../session/worker-session.ts';
import { FakeArtifactStore } from './fake-artifact-store.ts';
import { FakeAttemptStore } from './fake-attempt-store.ts';
import { FakeForge } from './fake-forge.ts';
import { FakeGateway } from './fake-gateway.ts';
import { FakeRepositoryStore } from './fake-repository-store.ts';
import { playRunner, type FakePlay } from './fake-runner.ts';
import { FakeSandboxes } from './fake-sandboxes.ts';
import { FakeSources } from './fake-sources.ts';
import { FakeSpool } from './fake-spool.ts';
import { FakeWorkspaces } from './fake-workspaces.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const telemetry: Telemetry = {
  log,
  span: (_name, _attributes, work) => work(),
  traceparent: () => null,
  phaseFinished: () => undefined,
  taskClaimed: () => undefined,
  attemptStarted: () => undefined,
  attemptEnded: () => undefined,
  taskFinished: () => undefined,
};
/** The one task of the worker, in its first attempt. */
export const KEY = { taskId: 'task_1' as TaskId, attempt: 1 };

const claimOf =
  (request: Partial<TaskRequestInput>, change: Partial<TaskRecord>) =>
  (sessionId: SessionId): Claim => {
    const parsed = TaskRequest.parse({
      description: 'x',
      source: { git: { url: 'https://example.com/a.git' } },
      ...request,
    });
    const task = {
      id: KEY.taskId,
      teamId: 'team' as TeamId,
      request: parsed,
      image: { name: 'drydock/toolbox:1', digest: null },
      limits: effectiveLimits(parsed.limits),
      base: null,
      usage: NO_USAGE,
      createdAt: new Date(),
      notBefore: null,
      traceparent: null,
      attempts: [],
      origin: null,
      ...change,
    };
    return {
      fence: { ...KEY, sessionId },
      task: task as unknown as TaskRecord,
      sourceToken: 'the-source-token',
    };
  };

export interface Plays {
  readonly setup?: FakePlay;
  readonly agent?: FakePlay;
  readonly collect?: FakePlay;
  readonly verify?: FakePlay;
}

/** What collect proves unless a play says otherwise. */
export const CHANGED = {
  baseTree: 'a'.repeat(40),
  resultTree: 'b'.repeat(40),
  patchBytes: 5,
  files: 1,
  insertions: 2,
  deletions: 0,
};
const patch: FakePlay = () => Promise.resolve({ collect: CHANGED });

/** A worker in memory with one task; `run` carries it to its end. */
export const workerInMemory = (
  request: Partial<TaskRequestInput> = {},
  plays: Plays = {},
  change: Partial<TaskRecord> = {},
) => {
  const attempts = new FakeAttemptStore(claimOf(request, change));
  const workspaces = new FakeWorkspaces();
  const collect: FakePlay = async (run) => {
    workspaces.put(KEY, { area: 'out', name: 'diff.patch' }, 'patch');
    return (plays.collect ?? patch)(run);
  };
  const sandboxes = new FakeSandboxes({
    phases: {
      collect: playRunner(collect),
      ...(plays.setup && { setup: playRunner(plays.setup) }),
      ...(plays.agent && { agent: playRunner(plays.agent) }),
      ...(plays.verify && { verify: playRunner(plays.verify) }),
    },
  });
  const parts = {
    artifacts: new FakeArtifactStore(),
    forge: new FakeForge(),
    gateway: new FakeGateway(),
    repositories: new FakeRepositoryStore(),
    sources: new FakeSources(),
    spool: new FakeSpool(),
  };
  const hints = { publish: () => undefined, subscribe: () => () => undefined };
  const sessions = {
    open: () => Promise.resolve(),
    heartbeat: (sessionId: SessionId) => Promise.resolve({ cancel: [], owned: [{ ...KEY, sessionId }] }),
    close: () => Promise.resolve(),
  } as unknown as SessionStore;
  const describe = () => ({
    id: 'w:1' as SessionId,
    workerId: 'w',
    bootNonce: '1',
    host: 'h',
    version: '0',
    concurrency: 1,
  });
  const session = new WorkerSession({ store: sessions, attempts, describe, log });
  const ports = { attempts, workspaces, sandboxes, hints, telemetry: { ...telemetry }, ...parts };
  const rules = { allowedImages: ['drydock/*'], allowFullNetwork: false, hostCpus: 2 };
  const executeTask = new ExecuteTask(
    ports,
    { rules, defaultModel: 'scripted', secrets: ['sk-provider-key'] },
    session,
  );
  const run = async (): Promise<boolean> => {
    await session.open();
    try {
      return await executeTask.claimAndRun();
    } finally {
      await session.close();
    }
  };
  return { ...ports, session, run };
};

export const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('stopped'));
    });
  });

/** An agent that works until it is told to stop. */
export const loops: FakePlay = async ({ cancelled }) => untilAborted(cancelled);
