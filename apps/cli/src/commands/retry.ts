import type { RetryRequest } from '@drydock/sdk';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { type Register, taskId } from './act.ts';

const requestOf = (context: Context): RetryRequest => {
  const token = context.environment.gitToken;
  return token === undefined ? {} : { source: { git: { token } } };
};

export const registerRetry: Register = (program, act) => {
  const command = program
    .command('retry')
    .description('Queue a new task like a finished one, from the same base (git token: DRYDOCK_GIT_TOKEN)')
    .argument('<id>', 'id of the task', taskId);
  act<[string], object>(command, async (context, { args: [id] }) => {
    const task = await (await context.client()).tasks.retry(id, requestOf(context));
    context.result(task, () => [task.id]);
    context.say(`Queued. To watch it: drydock logs -f ${task.id}`);
    return EXIT.ok;
  });
};
