import { Redactor, type SessionId, type TaskId } from '@drydock/domain';
import { EventWriter } from '../attempt/event-writer.ts';
import { PatientAttemptStore } from '../attempt/patient-attempt-store.ts';
import type { Claim } from '../ports/attempt-store.ts';
import type { SessionStore } from '../ports/session-store.ts';
import { WorkerSession } from '../session/worker-session.ts';
import { FakeAttemptStore } from './fake-attempt-store.ts';

/**
 * A process that `frozen-worker.spec.ts` freezes: a session with one attempt that writes events all the time, over stores
 * that print each statement as one line on stdout.
 */
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const attempts = new FakeAttemptStore(
  (sessionId) => ({ fence: { taskId: 'task_1' as TaskId, attempt: 1, sessionId } }) as Claim,
);
attempts.appendEvents = (fence, { number }) => {
  say(`append ${String(number)} as ${fence.sessionId}`);
  return Promise.resolve();
};
const store = {
  open: ({ id }: { id: SessionId }) => {
    say(`open ${id}`);
    return Promise.resolve();
  },
  heartbeat: (id: SessionId) => {
    say(`heartbeat of ${id}`);
    return Promise.resolve({
      cancel: [],
      owned: [{ taskId: 'task_1' as TaskId, attempt: 1, sessionId: id }],
    });
  },
} as unknown as SessionStore;

let boots = 0;
const describeWorker = () => ({
  id: `w:${String(++boots)}` as SessionId,
  workerId: 'w',
  bootNonce: String(boots),
  host: 'h',
  version: '0',
  concurrency: 1,
});

const session = new WorkerSession({ store, attempts, describe: describeWorker, log });
await session.open();
const claimed = await session.claim();
if (!claimed) throw new Error('There was nothing to claim.');
const { held } = claimed;
held.signal.addEventListener('abort', () => {
  say(`stopped: ${String((held.signal.reason as { kind?: string }).kind)}`);
});
const patient = new PatientAttemptStore(attempts, held);
const writer = new EventWriter({
  append: (batch) => patient.appendEvents(held.fence, batch),
  redactor: new Redactor([]),
  now: () => new Date(),
  onError: () => undefined,
});
setInterval(() => {
  writer.add('agent.message', { text: 'still here' });
}, 10);
