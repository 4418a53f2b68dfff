import { randomBytes } from 'node:crypto';
import { BUILT_IN_PRICES, taskIdFrom } from '@drydock/domain';
import { AnswerTrigger } from '../inbound/answer-trigger.ts';
import { CancelTask } from '../tasks/cancel-task.ts';
import { ReadTask } from '../tasks/read-task.ts';
import { RetryTask } from '../tasks/retry-task.ts';
import { SubmitTask } from '../tasks/submit-task.ts';
import { FakeArtifactStore } from './fake-artifact-store.ts';
import { FakeConversations } from './fake-conversations.ts';
import { FakeForge } from './fake-forge.ts';
import { FakeInboundStore } from './fake-inbound-store.ts';
import { FakeRepositoryStore } from './fake-repository-store.ts';
import { FakeTaskStore } from './fake-task-store.ts';
import { FakeWakeUps } from './fake-wake-ups.ts';

const RULES = {
  allowPrivateHosts: new Set<string>(),
  allowedImages: ['drydock/*'],
  allowFullNetwork: false,
  defaultModel: 'gpt-5-mini',
  hasModelUpstream: true,
  prices: BUILT_IN_PRICES,
  canDeliver: () => 'yes' as const,
};
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** All that answers triggers, over a code host in memory that has `acme/shop`. */
export const answersInMemory = () => {
  const [tasks, inbound, repositories] = [
    new FakeTaskStore(),
    new FakeInboundStore(),
    new FakeRepositoryStore(),
  ];
  const [forge, people] = [new FakeForge(), new FakeConversations()];
  let made = 0;
  forge.repository('acme', 'shop');
  const submitPorts = {
    ...{ tasks, log, repositories, artifacts: new FakeArtifactStore(), wakeUps: new FakeWakeUps() },
    archives: { inspect: async () => ({ entries: 0, unpackedBytes: 0 }) },
    telemetry: { traceparent: () => null },
    newTaskId: () => taskIdFrom(++made, randomBytes(16)),
  };
  const read = new ReadTask(tasks);
  const answers = new AnswerTrigger({
    ...{ repositories, inbound, tasks, forge, conversations: people },
    submit: new SubmitTask(submitPorts, RULES),
    cancel: new CancelTask(read, tasks, { taskFinished: quiet }),
    retry: new RetryTask(read, submitPorts, RULES),
  });
  return { tasks, inbound, repositories, forge, people, answers };
};
