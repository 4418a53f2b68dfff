import { checkBranch } from '../checkout/apply-on-branch.ts';
import { findPlace } from '../checkout/find-place.ts';
import { EXIT } from '../exit-codes.ts';
import { type Register, numberFrom, ofAttempt, taskId } from './act.ts';
import { takePatch } from './take-patch.ts';

interface ApplyFlags {
  readonly dir: string;
  readonly branch?: string;
  readonly attempt?: number;
}

export const registerApply: Register = (program, act) => {
  const command = program
    .command('apply')
    .description('Apply the patch of a task here; local changes are never lost')
    .argument('<id>', 'id of the task', taskId)
    .option('-C, --dir <folder>', 'the checkout or folder that is changed', '.')
    .option('--branch <name>', 'apply it on a new branch, and commit it if nothing else was changed')
    .option('--attempt <number>', 'the patch of an earlier attempt', numberFrom(1, 1_000));
  act<[string], ApplyFlags>(command, async (context, { args: [id], options }) => {
    const { dir, branch, attempt } = options;
    const place = await findPlace(dir, context.environment.forGit, '--dir');
    if (branch !== undefined) await checkBranch(place, branch);
    const client = await context.client();
    const task = await client.tasks.get(id);
    const patch = await ofAttempt(attempt, client.tasks.diff(id, attempt === undefined ? {} : { attempt }));
    if (patch.length === 0) {
      context.say('The patch is empty: nothing was changed.');
      context.result({ id, applied: false }, () => []);
      return EXIT.ok;
    }
    const taken = await takePatch(context, { task, place, branch }, patch);
    context.result({ id, ...taken }, () => []);
    return EXIT.ok;
  });
};
