import { ArtifactList } from '@drydock/contracts';
import { ARTIFACT_NAMES, ARTIFACT_TYPES } from '@drydock/engine';
import { DIFF } from '../openapi/examples/task.example.ts';
import { Operation } from '../openapi/operation.ts';

const id = 'Id of the task: `task_…`';
const binary = { schema: {} };
/** A part of one for each type, as an example. */
const PARTS: Readonly<Record<string, unknown>> = {
  'text/x-diff': DIFF,
  'text/plain': 'Reading src/cart.ts\n',
  'application/jsonl': '{"v":1,"model":"gpt-5-mini","status":200}\n',
  'application/json': { v: 1, outcome: 'changed' },
};
const artifactTypes = (): Record<string, { schema: object; example: unknown }> =>
  Object.fromEntries(
    Object.values(ARTIFACT_TYPES).map((type) => {
      const [name = ''] = type.split(';');
      return [name, { ...binary, example: PARTS[name] }];
    }),
  );

export const DiffDocs = () =>
  Operation({
    id: 'readDiff',
    tag: 'Results',
    summary: 'Download the patch',
    description: 'The exact bytes, for `git apply`. Empty when the agent changed nothing.',
    scope: 'tasks:read',
    params: { id },
    answers: { 200: { description: 'The patch', content: { 'text/x-diff': binary } } },
    problems: ['not_found', 'diff_not_available', 'diff_not_ready', 'invalid_request', 'store_failed'],
  });

export const ArtifactListDocs = () =>
  Operation({
    id: 'listArtifacts',
    tag: 'Results',
    summary: 'List the artifacts of all ended attempts',
    description: 'With their size and SHA-256. `attempt` narrows the list to one of them.',
    scope: 'tasks:read',
    params: { id },
    answers: { 200: { description: 'The artifacts', schema: ArtifactList } },
    problems: ['not_found', 'invalid_request'],
  });

export const ArtifactDocs = () =>
  Operation({
    id: 'readArtifact',
    tag: 'Results',
    summary: 'Download an artifact',
    description: 'Of the last attempt, or of the one that `attempt` names. The `ETag` is its SHA-256.',
    scope: 'tasks:read',
    params: { id, name: `One of ${ARTIFACT_NAMES.join(', ')}` },
    answers: { 200: { description: 'The exact bytes', content: artifactTypes() } },
    problems: [
      'not_found',
      'diff_not_available',
      'diff_not_ready',
      'artifact_not_available',
      'artifact_not_ready',
      'invalid_request',
      'store_failed',
    ],
  });
