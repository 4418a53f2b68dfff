import type { Task } from '@drydock/sdk';
import { applyOnBranch } from '../checkout/apply-on-branch.ts';
import { applyPatch } from '../checkout/apply-patch.ts';
import type { Place } from '../checkout/find-place.ts';
import type { Context } from '../context.ts';
import { times } from '../terminal/format.ts';
import { oneLine } from '../terminal/safe-text.ts';
import { whileInterruptible } from '../watch/interrupts.ts';

/** What became of the files, for `--json`. */
export interface Taken {
  readonly applied: boolean;
  readonly how?: string;
  readonly branch?: string;
  readonly commit?: string | null;
}

const HOW = {
  clean: 'Applied',
  merged: 'Applied, merged with what has changed since,',
  'there already': 'Nothing to do: it is applied already',
} as const;

const INTERRUPTED = 'Interrupted. Nothing was changed.';

const messageOf = (task: Task): string => {
  const title = oneLine(task.description.split('\n')[0] ?? '', 72);
  return `${title}\n\nDrydock ${task.id}`;
};

/** Lines of files are never at the start of a line there. */
const filesIn = (patch: Uint8Array): number =>
  [
    ...Buffer.from(patch)
      .toString('latin1')
      .matchAll(/^diff --git /gm),
  ].length;

/** Applies the patch of a task, on a new branch if one is named, and says so. @throws CliError `patch_conflict`. */
export const takePatch = async (
  context: Context,
  {
    task,
    place,
    branch,
  }: { readonly task: Task; readonly place: Place; readonly branch: string | undefined },
  patch: Uint8Array,
): Promise<Taken> => {
  const environment = context.environment.forGit;
  const files = times(filesIn(patch), 'file');
  if (branch === undefined) {
    const { how } = await whileInterruptible(INTERRUPTED, () => applyPatch(place, patch, environment));
    context.say(how === 'there already' ? `${HOW[how]}.` : `${HOW[how]} to ${files} in ${place.root}.`);
    return { applied: how !== 'there already', how };
  }
  const message = messageOf(task);
  const request = { place, patch, environment, branch, message };
  const { how, commit, note } = await whileInterruptible(INTERRUPTED, () => applyOnBranch(request));
  context.say(`${HOW[how]} to ${files} on the new branch ${branch}.${note === null ? '' : ` ${note}`}`);
  return { applied: true, how, branch, commit };
};
