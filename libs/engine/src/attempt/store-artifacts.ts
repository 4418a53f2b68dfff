import { Readable } from 'node:stream';
import { AppError, crashPoint, OPERATOR_LIMITS } from '@drydock/domain';
import type { StoredArtifact } from '../ports/task-record.ts';
import type { AttemptContext } from './attempt-context.ts';
import { PATCH_NAME, type Collected } from './collect-phase.ts';
import { artifactPrefix, discardArtifacts } from './discard-artifacts.ts';

/** The closed list of artifacts, each with its content type. `verify-setup.log` is the setup that verify ran again. */
export const ARTIFACT_TYPES = {
  'diff.patch': 'text/x-diff',
  'agent.log': 'text/plain; charset=utf-8',
  'setup.log': 'text/plain; charset=utf-8',
  'verify-setup.log': 'text/plain; charset=utf-8',
  'verify.log': 'text/plain; charset=utf-8',
  'prompts.jsonl': 'application/jsonl',
  'trajectory.json': 'application/json',
  'result.json': 'application/json',
} as const;
export type ArtifactName = keyof typeof ARTIFACT_TYPES;
export const ARTIFACT_NAMES = Object.keys(ARTIFACT_TYPES) as [ArtifactName, ...ArtifactName[]];

const SPOOLED: readonly ArtifactName[] = [
  'setup.log',
  'agent.log',
  'verify-setup.log',
  'verify.log',
  'prompts.jsonl',
  'trajectory.json',
];
/** Storing has its own deadline: it also follows a cancel. Only a lost attempt stores nothing more. */
const STORE_MS = 120_000;

export const artifactKey = (taskId: string, attempt: number, name: string): string =>
  `${artifactPrefix(taskId, attempt)}/${name}`;

const oneChunk = (text: string): AsyncIterable<Uint8Array> => Readable.from([Buffer.from(text, 'utf8')]);

const storeOne = async (
  context: AttemptContext,
  name: ArtifactName,
  stream: AsyncIterable<Uint8Array>,
): Promise<StoredArtifact> => {
  const { key, ports, events, held } = context;
  held.check();
  const stored = await ports.artifacts.put(artifactKey(key.taskId, key.attempt, name), stream, {
    signal: AbortSignal.any([held.lost, AbortSignal.timeout(STORE_MS)]),
  });
  crashPoint('artifacts.after_first');
  events.add('artifact.stored', { name, ...stored });
  return { name, attempt: key.attempt, ...stored, contentType: ARTIFACT_TYPES[name] };
};

const storePatch = async (context: AttemptContext, collected: Collected): Promise<StoredArtifact> => {
  if (collected.patchBytes === 0) return storeOne(context, PATCH_NAME, oneChunk(''));
  const patch = await context.ports.workspaces.readOut(
    context.key,
    PATCH_NAME,
    OPERATOR_LIMITS.maxPatchBytes,
  );
  if (patch?.bytes !== collected.patchBytes)
    throw new AppError('patch_not_exact', 'The patch file is not the one that was proven.');
  return storeOne(context, PATCH_NAME, patch.stream);
};

const storeSpooled = async (context: AttemptContext, name: ArtifactName): Promise<StoredArtifact | null> => {
  const file = await context.ports.spool.read(context.key, name);
  return file ? storeOne(context, name, file.stream) : null;
};

/**
 * Stores all that the attempt produced, the patch among it when there is one. They stay invisible until `finish`. All or
 * nothing: when one fails, the others are removed, since an end without them is all that can still be told.
 */
export const storeArtifacts = async (
  context: AttemptContext,
  collected: Collected | null,
  result: Record<string, unknown>,
): Promise<StoredArtifact[]> => {
  crashPoint('artifacts.before');
  const stored = await Promise.allSettled([
    collected ? storePatch(context, collected) : null,
    ...SPOOLED.map((name) => storeSpooled(context, name)),
    storeOne(
      context,
      'result.json',
      oneChunk(`${JSON.stringify(context.redactor.maskJson(result), null, 2)}\n`),
    ),
  ]);
  const failed = stored.find((one) => one.status === 'rejected');
  if (failed) {
    await discardArtifacts(context.ports, context.key);
    throw failed.reason;
  }
  crashPoint('artifacts.after');
  return stored.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
};
