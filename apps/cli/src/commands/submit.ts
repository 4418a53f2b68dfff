import type { Task, TaskRequest } from '@drydock/sdk';
import { type Drydock, withZip, type WrittenZip } from '@drydock/sdk/node';
import { listFiles } from '../checkout/list-files.ts';
import type { Place } from '../checkout/find-place.ts';
import { pushedSource, withoutSsh } from '../checkout/pushed-source.ts';
import type { Context } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import { bytes, times } from '../terminal/format.ts';
import { oneLine, safeText } from '../terminal/safe-text.ts';
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
    const git = { url: withoutSsh(flags.git ?? ''), ...(flags.ref !== undefined && { ref: flags.ref }) };
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
  for (const note of notes) context.say(`note: ${safeText(note)}`);
  if (files.length === 0)
    throw usageError(`--dir: there is no file in ${place.root} that git would track. Name another folder.`);
  if (!context.isJson) context.terminal.status(`packing ${times(files.length, 'file')}`);
  // Else the API takes a folder that is alone at the top for the repository, and the patch would speak of other names.
  const whole = { ...request, source: { zip: { root: '.' } } };
  return withZip(
    { root: place.root, files },
    async (open, written) => {
      for (const name of written.leftOut)
        context.say(`note: ${oneLine(name, 200)} cannot be sent and is left out.`);
      context.say(
        `Sending ${times(written.files, 'file')} of ${place.root} (${bytes(written.bytes)} packed)`,
      );
      const task = await client.tasks.create(whole, {
        archive: () => shown(context, open(), written),
        signal,
      });
      context.terminal.endStatus();
      return task;
    },
    signal,
  ).catch((error: unknown) => {
    throw unreadable(error) ?? error;
  });
};

/** For a file that cannot be packed: what to do. Null: it is something else. */
const unreadable = (error: unknown): Error | null => {
  const { path, message } = error as NodeJS.ErrnoException;
  if (path === undefined) return null;
  return usageError(`--dir: ${message}. Make it readable, or let .gitignore leave it out.`);
};

/** Tells how much of it is on its way. */
async function* shown(
  { terminal, isJson }: Context,
  chunks: AsyncIterable<Uint8Array>,
  { bytes: whole }: WrittenZip,
): AsyncGenerator<Uint8Array, void> {
  let sent = 0;
  for await (const chunk of chunks) {
    sent += chunk.length;
    if (!isJson) terminal.status(`sending · ${bytes(sent)} of ${bytes(whole)}`);
    yield chunk;
  }
}
