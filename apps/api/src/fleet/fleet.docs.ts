import { QueueView, WorkerList } from '@drydock/contracts';
import { Operation } from '../openapi/operation.ts';

export const WorkersDocs = () =>
  Operation({
    id: 'listWorkers',
    tag: 'Fleet',
    summary: 'List workers and what they run',
    description:
      'Of all teams. A worker that is not `live` has not been heard of for ten seconds, or has ended.',
    scope: 'admin',
    answers: {
      200: { description: 'Workers that are there, or were within the last ten minutes', schema: WorkerList },
    },
  });

export const QueueDocs = () =>
  Operation({
    id: 'readQueue',
    tag: 'Fleet',
    summary: 'Read the backlog',
    description:
      '`eligible` are the queued tasks that could start now: not before their time, and within the limits of their team.',
    scope: 'admin',
    answers: { 200: { description: 'Counts, in all and by team', schema: QueueView } },
  });
