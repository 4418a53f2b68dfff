import { QueueView, WorkerList } from '@drydock/contracts';
import { Operation } from '../openapi/operation.ts';

export const WorkersDocs = () =>
  Operation({
    id: 'listWorkers',
    tag: 'Fleet',
    summary: 'List workers and what they run',
    scope: 'admin',
    answers: { 200: { description: 'Workers of the last hours', schema: WorkerList } },
  });

export const QueueDocs = () =>
  Operation({
    id: 'readQueue',
    tag: 'Fleet',
    summary: 'Read the backlog',
    scope: 'admin',
    answers: { 200: { description: 'Counts, in all and by team', schema: QueueView } },
  });
