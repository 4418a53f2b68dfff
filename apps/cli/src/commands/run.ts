import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Task } from '@drydock/sdk';
import type { Drydock } from '@drydock/sdk/node';
import { checkBranch } from '../checkout/apply-on-branch.ts';
import { findPlace, type Place } from '../checkout/find-place.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, usageError } from '../exit-codes.ts';
import { paintDiff } from '../terminal/paint-diff.ts';
import { whileDetachable, whileInterruptible } from '../watch/interrupts.ts';
import { watchTask } from '../watch/watch-task.ts';
import type { Register } from './act.ts';
import { awaitDelivery, isDelivered } from './await-delivery.ts';
import { exitCodeOf, summaryLines } from './outcome.ts';
import { addRunFlags, type RunFlags } from './run-flags.ts';
import { submit } from './submit.ts';
import { takePatch, type Taken } from './take-patch.ts';
import { taskRequestOf } from './task-request.ts';

const SHOWN_LINES = 1_000;
/** When the sending is interrupted, its end is not known. */
const UNKNOWN = 'Interrupted while sending. `drydock list` shows whether the task was queued all the same.';

/** @throws CliError for flags that contradict each other, before anything is sent. */
const checkFlags = ({ git, ref, apply, branch, pr, detach }: RunFlags): void => {
  if (ref !== undefined && git === undefined)
    throw usageError('--ref: it belongs to --git. Leave it out: what is in the folder is sent.');
  const takes = apply ? '--apply' : branch === undefined ? undefined : '--branch';
  if (takes === undefined) return;
  if (detach) throw usageError(`${takes}: --detach does not wait for a patch. Use one of the two.`);
  if (git !== undefined)
    throw usageError(
      `${takes}: with --git there is no folder to change. Use --pr, or \`drydock apply\` later.`,
    );
  if (pr) throw usageError(`${takes}: --pr leaves the patch to the pull request. Use one of the two.`);
};

const readDescription = async (given: string, { file }: RunFlags): Promise<string> => {
  if (given !== '' && file !== undefined)
    throw usageError('--file: the description is given twice. Leave out one of the two.');
  if (file === undefined) {
    if (given.trim() === '')
      throw usageError('The description is missing: drydock run "fix the failing test"');
    return given;
  }
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(`--file: ${file} cannot be read: ${(error as Error).message}`);
  }
};

interface Ended {
  readonly client: Drydock;
  readonly task: Task;
  readonly place: Place | null;
  readonly flags: RunFlags;
}

/** Shows the patch of a task that has one, and applies it where that is wanted. */
const finish = async (context: Context, { client, task, place, flags }: Ended): Promise<Taken | null> => {
  const { terminal, isJson } = context;
  for (const line of summaryLines(task, terminal.err)) context.say(line);
  if (task.status !== 'succeeded' || task.outcome !== 'changed') {
    if ((task.diffstat?.files ?? 0) > 0) context.say(`What it did by then: drydock diff ${task.id}`);
    if (task.status === 'failed' && !flags.verbose) context.say(`All that was said: drydock logs ${task.id}`);
    return null;
  }
  const patch = await client.tasks.diff(task.id);
  if (!isJson) {
    if (terminal.isOutTty) terminal.print(paintDiff(patch, terminal.out, SHOWN_LINES));
    else await terminal.write(patch);
  }
  if (place === null || flags.pr) return null;
  const isWanted = flags.apply ?? flags.branch !== undefined;
  if (!isWanted && (isJson || !terminal.canAsk)) return null;
  if (!isWanted && !(await isAgreed(context, { task, place }))) return null;
  return takePatch(context, { task, place, branch: flags.branch }, patch);
};

/** Whoever does not agree, or leaves, is told how to apply it later. */
const isAgreed = async (
  context: Context,
  { task, place }: { readonly task: Task; readonly place: Place },
): Promise<boolean> => {
  const later = `Not applied. Later: drydock apply ${task.id}`;
  try {
    const isYes = await context.terminal.confirm(`Apply this patch to ${place.root}?`);
    if (!isYes) context.say(later);
    return isYes;
  } catch (error) {
    context.say(later);
    throw error;
  }
};

/** Until the task has ended, and its pull request too. */
const watch = (
  context: Context,
  { client, id, flags }: { readonly client: Drydock; readonly id: string; readonly flags: RunFlags },
): Promise<Task> =>
  whileDetachable(
    {
      say: (line) => {
        context.say(line);
      },
      hint: `Come back by: drydock logs -f ${id}`,
      cancel: (signal) => client.tasks.cancel(id, { signal }),
    },
    async (signal) => {
      const task = await watchTask(context, client, { id, isDetailed: flags.verbose ?? false, signal });
      return flags.pr ? awaitDelivery(context, { client, task }, signal) : task;
    },
  );

const run = async (
  context: Context,
  words: { readonly description: string; readonly command: readonly string[] },
  flags: RunFlags,
): Promise<ExitCode> => {
  checkFlags(flags);
  const client = await context.client();
  const place =
    flags.git === undefined ? await findPlace(flags.dir, context.environment.forGit, '--dir') : null;
  if (flags.branch !== undefined && place !== null) await checkBranch(place, flags.branch);
  const description = await readDescription(words.description, flags);
  const request = taskRequestOf(description, words.command, flags);
  const queued = await whileInterruptible(UNKNOWN, (signal) =>
    submit(context, { client, request, flags, place, signal }),
  );
  if (flags.detach) {
    context.result(queued, () => [queued.id]);
    return EXIT.ok;
  }
  context.say(`${context.terminal.err.bold(queued.id)} is queued. Ctrl-C leaves it running.`);
  const task = await watch(context, { client, id: queued.id, flags });
  let taken: Taken | null = null;
  try {
    taken = await finish(context, { client, task, place, flags });
  } finally {
    // Also when the patch does not apply: nothing else names the task.
    if (context.isJson) context.result({ ...task, taken }, () => []);
  }
  return flags.pr && !isDelivered(task) ? EXIT.failed : exitCodeOf(task);
};

export const registerRun: Register = (program, act) => {
  const command = addRunFlags(
    program
      .command('run')
      .usage('[options] [description] [-- command...]')
      .description('Give a repository to an agent, watch it work, and take the patch')
      .argument('[description]', 'what the agent shall do; after --, a command does the work in its place'),
  );
  act<[string], RunFlags>(command, (context, { args: [description], options, rest }) =>
    run(context, { description, command: rest }, options),
  );
};
