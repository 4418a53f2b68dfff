import type { Task, TaskRequest } from '@drydock/sdk';
import { type Drydock, withZip } from '@drydock/sdk/node';
import { listFiles } from '../checkout/list-files.ts';
import type { Place } from '../checkout/find-place.ts';
import { pushedSource } from '../checkout/pushed-source.ts';
import type { Context } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import { times } from '../terminal/format.ts';
import { oneLine } from '../terminal/safe-text.ts';
import type { RunFlags } from './run-flags.ts';

export interface Submission {
  readonly client: Drydock;
  readonly request: TaskRequest;
  readonly flags: RunFlags;
  /** Null with `--git`. */
  readonly place: Place | null;
  readonly signal: AbortSignal;
}

/** Submits the repository of the flags: by URL, or as a ZIP of what git would track. */
export const submit = async (context: Context, submission: Submission): Promise<Task> => {
  const { client, request, flags, place, signal } = submission;
  if (place === null) {
    const git = { url: flags.git ?? '', ...(flags.ref !== undefined && { ref: flags.ref }) };
    return client.tasks.create(withSource(request, { ...flags, git }, context), { signal });
  }
  if (flags.pr) {
    const { url, ref, base } = await pushedSource(place);
    return client.tasks.create(withSource(request, { ...flags, git: { url, ref }, base }, context), {
      signal,
    });
  }
  return sendZip(context, { ...submission, place });
};

interface GitFlags {
  readonly git: { readonly url: string; readonly ref?: string };
  readonly pr?: boolean;
  readonly base?: string;
}

const withSource = (request: TaskRequest, { git, pr, base }: GitFlags, context: Context): TaskRequest => {
  const token = context.environment.gitToken;
  return {
    ...request,
    source: { git: { ...git, ...(token !== undefined && { token }) } },
    ...(pr && { deliver: { pullRequest: base === undefined ? {} : { base } } }),
  };
};

const sendZip = async (
  context: Context,
  submission: Submission & { readonly place: Place },
): Promise<Task> => {
  const { client, request, place, signal } = submission;
  const { files, notes } = await listFiles(place, context.environment.forGit);
  for (const note of notes) context.say(`note: ${note}`);
  if (files.length === 0)
    throw usageError(`--dir: there is no file in ${place.root} that git would track. Name another folder.`);
  return withZip(
    { root: place.root, files },
    async (archive, written) => {
      for (const name of written.leftOut)
        context.say(`note: ${oneLine(name, 200)} cannot be sent and is left out.`);
      context.say(`Sending ${times(written.files, 'file')} of ${place.root}`);
      return client.tasks.create(request, { archive, signal });
    },
    signal,
  );
};
