import { createHash } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Artifact } from '@drydock/sdk';
import type { Drydock } from '@drydock/sdk/node';
import type { Context } from '../context.ts';
import { CliError, EXIT, usageError } from '../exit-codes.ts';
import { bytes, table } from '../terminal/format.ts';
import { oneLine, safeText } from '../terminal/safe-text.ts';
import { whileInterruptible } from '../watch/interrupts.ts';
import { type Register, numberFrom, taskId } from './act.ts';

interface ArtifactFlags {
  readonly attempt?: number;
  readonly output?: string;
}

const list = (context: Context, items: readonly Artifact[]): void => {
  if (items.length === 0) context.say('The task has no files.');
  const rows = items.map(({ name, bytes: size, sha256 }) => [oneLine(name, 60), bytes(size), sha256]);
  context.result({ items }, () => (rows.length === 0 ? [] : table([['NAME', 'SIZE', 'SHA-256'], ...rows])));
};

/** The whole file or none: what breaks off or differs from its hash leaves nothing behind. */
const download = async (
  client: Drydock,
  { task, artifact, path }: { readonly task: string; readonly artifact: Artifact; readonly path: string },
  signal: AbortSignal,
): Promise<void> => {
  const draft = `${path}.part`;
  const hash = createHash('sha256');
  const file = await open(draft, 'w').catch((error: unknown) => {
    throw usageError(`--output: ${path} cannot be written: ${(error as Error).message}`);
  });
  try {
    const { name, attempt } = artifact;
    for await (const chunk of await client.tasks.artifacts.open(task, name, { attempt, signal })) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.close();
    if (hash.digest('hex') !== artifact.sha256)
      throw new CliError(EXIT.unreachable, 'incomplete', `${name} did not come through whole. Try again.`);
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
};

/** A name that comes from the API is no path. */
const targetOf = async (name: string, output: string): Promise<string> => {
  const isFolder = output.endsWith('/') || (await stat(output).catch(() => null))?.isDirectory() === true;
  return resolve(isFolder ? join(output, basename(name)) : output);
};

/** Its bytes to standard output; at a terminal as text that does not drive it; in the result of `--json` as base64. */
const print = async (
  context: Context,
  client: Drydock,
  { task, artifact }: { readonly task: string; readonly artifact: Artifact },
): Promise<void> => {
  const { name, attempt } = artifact;
  if (context.isJson) {
    const content = Buffer.from(await client.tasks.artifacts.read(task, name, { attempt }));
    context.result({ ...artifact, contentBase64: content.toString('base64') }, () => []);
    return;
  }
  const { terminal } = context;
  const decoder = new TextDecoder();
  for await (const chunk of await client.tasks.artifacts.open(task, name, { attempt })) {
    const shown = terminal.isOutTty
      ? Buffer.from(safeText(decoder.decode(chunk, { stream: true }), terminal.out.isColoured))
      : chunk;
    await terminal.write(shown);
  }
};

const get = async (
  context: Context,
  client: Drydock,
  what: { readonly task: string; readonly artifact: Artifact; readonly output: string | undefined },
): Promise<void> => {
  const { task, artifact, output } = what;
  if (output === undefined || output === '-') {
    await print(context, client, { task, artifact });
    return;
  }
  const path = await targetOf(artifact.name, output);
  await whileInterruptible('', (signal) => download(client, { task, artifact, path }, signal));
  context.result({ ...artifact, path }, () => [path]);
};

export const registerArtifacts: Register = (program, act) => {
  const command = program
    .command('artifacts')
    .description('List the files of a task, or take one')
    .argument('<id>', 'id of the task', taskId)
    .argument('[name]', 'file to take, such as agent.log')
    .option('-o, --output <path>', 'where to, a file or a folder; default: standard output')
    .option('--attempt <number>', 'of an earlier attempt', numberFrom(1, 1_000));
  act<[string, string], ArtifactFlags>(command, async (context, { args: [id, name], options }) => {
    const { attempt, output } = options;
    const client = await context.client();
    const items = await client.tasks.artifacts.list(id, attempt === undefined ? {} : { attempt });
    if (name === '') {
      if (output !== undefined) throw usageError('--output: name the file: drydock artifacts <id> <name>');
      list(context, items);
      return EXIT.ok;
    }
    const artifact = items.find((item) => item.name === name);
    if (!artifact) {
      const names = items.map((item) => oneLine(item.name, 60)).join(', ');
      throw usageError(`${id} has no file ${name}. There are: ${names === '' ? 'none' : names}`);
    }
    await get(context, client, { task: id, artifact, output });
    return EXIT.ok;
  });
};
