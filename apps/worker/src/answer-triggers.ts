import { randomBytes } from 'node:crypto';
import { taskPolicyOf, type WorkerConfig } from '@drydock/config';
import { taskIdFrom } from '@drydock/domain';
import { AnswerTrigger, CancelTask, ReadTask, RetryTask, SubmitTask, type Log } from '@drydock/engine';
import { canDeliverAt } from '@drydock/forge';
import type { WorkerAdapters } from './open-adapters.ts';

/** A trigger is a submit, a cancel or a retry by the rules that the api has, for the team of the repository. */
export const answerTriggers = (
  config: WorkerConfig,
  { ports, triggers, wakeUps }: WorkerAdapters,
  log: Log,
): AnswerTrigger => {
  const { artifacts, forge, repositories, telemetry } = ports;
  const { tasks, inbound, archives } = triggers;
  const canDeliver = canDeliverAt(forge, config.github.identity !== null);
  const rules = { ...taskPolicyOf(config), canDeliver };
  const newTaskId = () => taskIdFrom(Date.now(), randomBytes(16));
  const admit = { ...{ tasks, artifacts, archives, repositories, wakeUps, telemetry, log }, newTaskId };
  const read = new ReadTask(tasks);
  return new AnswerTrigger({
    ...{ repositories, inbound, tasks, forge, conversations: forge },
    submit: new SubmitTask(admit, rules),
    cancel: new CancelTask(read, tasks, telemetry),
    retry: new RetryTask(read, admit, rules),
  });
};
