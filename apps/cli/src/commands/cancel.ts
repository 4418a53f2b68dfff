import { EXIT } from '../exit-codes.ts';
import { type Register, taskId } from './act.ts';
import { statusText } from './outcome.ts';

export const registerCancel: Register = (program, act) => {
  const command = program
    .command('cancel')
    .description('End a task; what it has done so far is kept')
    .argument('<id>', 'id of the task', taskId);
  act<[string], object>(command, async (context, { args: [id] }) => {
    const task = await (await context.client()).tasks.cancel(id);
    context.result(task, () => [`${task.id}  ${statusText(task, context.terminal.out)}`]);
    return EXIT.ok;
  });
};
