import { EventPage, Task, TaskPage } from '@drydock/contracts';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Operation } from '../openapi/operation.ts';

const id = { id: 'Id of the task: `task_…`' };
const text = { type: 'string' } as const;
const location = { location: { description: 'Address of the task', schema: text } };

const IdempotencyHeader = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Kept for 24 hours: the same key with the same body gives the same task.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  });

/** Why a task is not taken in, new or again. */
const ADMITTED = [
  'malformed_json',
  'idempotency_in_flight',
  'unsupported_media_type',
  'invalid_request',
  'idempotency_mismatch',
  'source_url_invalid',
  'source_url_scheme',
  'credentials_in_url',
  'host_not_allowed',
  'image_not_allowed',
  'model_unavailable',
  'model_price_unknown',
  'network_mode_not_allowed',
  'delivery_not_available',
  'webhook_url_not_allowed',
  'queue_full',
  'store_failed',
] as const;

export const SubmitDocs = () =>
  applyDecorators(
    Operation({
      id: 'submitTask',
      tag: 'Tasks',
      summary: 'Submit a task',
      description:
        'JSON with a git URL, or multipart with a ZIP as `archive` and the JSON as `task`, in any order.',
      scope: 'tasks:write',
      answers: { 202: { description: 'The task, queued', schema: Task, headers: location } },
      problems: [
        ...ADMITTED,
        'malformed_multipart',
        'payload_too_large',
        'archive_too_large',
        'source_missing',
        'source_conflict',
        'source_ref_invalid',
        'archive_invalid',
        'archive_empty',
        'archive_path',
        'archive_entry_type',
        'archive_duplicate',
        'archive_bomb',
        'archive_too_many_entries',
        'archive_root_missing',
      ],
    }),
    IdempotencyHeader(),
  );

export const ListDocs = () =>
  Operation({
    id: 'listTasks',
    tag: 'Tasks',
    summary: 'List tasks, newest first',
    description:
      'Those of the team, by whatever filters are given: all of them must fit. Nothing moves from page to page while new tasks ' +
      'come in.',
    scope: 'tasks:read',
    answers: {
      200: { description: 'One page; `next` is the cursor of the following one', schema: TaskPage },
    },
    problems: ['invalid_request'],
  });

export const GetDocs = () =>
  Operation({
    id: 'getTask',
    tag: 'Tasks',
    summary: 'Read a task',
    description: 'Where it stands, what it used so far, and, once it has ended, what came of it.',
    scope: 'tasks:read',
    params: id,
    answers: { 200: { description: 'The task', schema: Task } },
    problems: ['not_found'],
  });

export const CancelDocs = () =>
  Operation({
    id: 'cancelTask',
    tag: 'Tasks',
    summary: 'Cancel a task',
    description: 'Whoever asks again gets the same task. Cancelling never undoes a result that is there.',
    scope: 'tasks:write',
    params: id,
    answers: {
      200: { description: 'The task was final already and is unchanged', schema: Task },
      202: {
        description: 'A queued task is cancelled; a running one ends soon, its partial work is kept',
        schema: Task,
      },
    },
    problems: ['not_found'],
  });

export const RetryDocs = () =>
  applyDecorators(
    Operation({
      id: 'retryTask',
      tag: 'Tasks',
      summary: 'Run a final task again, as a new task',
      description:
        'Same input and base. A private source needs its token again: tokens are deleted with their task.',
      scope: 'tasks:write',
      params: id,
      answers: { 202: { description: 'The new task, queued', schema: Task, headers: location } },
      problems: [...ADMITTED, 'not_found', 'artifact_not_available', 'task_not_final'],
    }),
    IdempotencyHeader(),
  );

export const EventsDocs = () =>
  applyDecorators(
    Operation({
      id: 'readEvents',
      tag: 'Tasks',
      summary: 'Read or follow the history of a task',
      description:
        'With `Accept: text/event-stream` a stream: `id` is the seq, `event` the type, `data` the event; it goes on from ' +
        '`Last-Event-ID` or `after`, and closes with an event `end` that has no id. It closes without one soon after its key was ' +
        'revoked or has expired. Else a page; `next` is null when caught up.',
      scope: 'tasks:read',
      params: id,
      answers: { 200: { description: 'A page of events, or the stream', schema: EventPage } },
      problems: ['not_found', 'invalid_request'],
    }),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      schema: text,
      description: 'Goes on after this event',
    }),
  );
