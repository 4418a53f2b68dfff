import { EXIT } from '../exit-codes.ts';
import { paintDiff } from '../terminal/paint-diff.ts';
import { type Register, numberFrom, ofAttempt, taskId } from './act.ts';

interface DiffFlags {
  readonly attempt?: number;
}

export const registerDiff: Register = (program, act) => {
  const command = program
    .command('diff')
    .description('Print the patch of a task: coloured on a terminal, else its exact bytes')
    .argument('<id>', 'id of the task', taskId)
    .option('--attempt <number>', 'of an earlier attempt', numberFrom(1, 1_000));
  act<[string], DiffFlags>(command, async (context, { args: [id], options }) => {
    const { terminal, isJson } = context;
    const client = await context.client();
    const patch = await ofAttempt(options.attempt, client.tasks.diff(id, options));
    if (isJson) {
      const text = Buffer.from(patch);
      context.result({ id, bytes: patch.length, patchBase64: text.toString('base64') }, () => []);
    } else if (!terminal.isOutTty) await terminal.write(patch);
    else if (patch.length > 0) terminal.print(paintDiff(patch, terminal.out));
    else context.say('The patch is empty: nothing was changed.');
    return EXIT.ok;
  });
};
