import { z } from 'zod';
import { Operation } from '../openapi/operation.ts';

const Liveness = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });
const Readiness = z
  .object({
    status: z.enum(['ready', 'degraded']),
    checks: z.object({
      postgres: z.literal('ok'),
      redis: z.enum(['ok', 'away']),
      artifacts: z.enum(['ok', 'failing']),
    }),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;

const system = { tag: 'System', scope: null } as const;

export const LiveDocs = () =>
  Operation({
    ...system,
    id: 'live',
    summary: 'Whether the process answers',
    description: 'It asks nothing else: for supervisors that restart what hangs.',
    answers: { 200: { description: 'It does', schema: Liveness } },
  });

export const ReadyDocs = () =>
  Operation({
    ...system,
    id: 'ready',
    summary: 'Whether tasks can be accepted',
    description:
      '`degraded`: `redis` is away or refuses writes, so that queued tasks wait until it is back; or the store of ' +
      '`artifacts` is full or broken, so that no ZIP is accepted and no task can end well.',
    answers: { 200: { description: 'PostgreSQL answers', schema: Readiness } },
  });

export const MetricsDocs = () =>
  Operation({
    ...system,
    id: 'readMetrics',
    summary: 'Figures for Prometheus',
    description: 'Of this process, and the backlog of the installation.',
    answers: {
      200: { description: 'Exposition text', content: { 'text/plain': { schema: { type: 'string' } } } },
    },
  });
