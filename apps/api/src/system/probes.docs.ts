import { z } from 'zod';
import { Operation } from '../openapi/operation.ts';

const Liveness = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });
const Readiness = z
  .object({
    status: z.enum(['ready', 'degraded']),
    checks: z.object({ postgres: z.literal('ok'), redis: z.enum(['ok', 'away']) }),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;

const system = { tag: 'System', scope: null } as const;

export const LiveDocs = () =>
  Operation({
    ...system,
    id: 'live',
    summary: 'Whether the process answers',
    answers: { 200: { description: 'It does', schema: Liveness } },
  });

export const ReadyDocs = () =>
  Operation({
    ...system,
    id: 'ready',
    summary: 'Whether tasks can be accepted',
    description: '`degraded`: Redis is away, so that tasks start up to a second later.',
    answers: { 200: { description: 'PostgreSQL answers', schema: Readiness } },
  });

export const MetricsDocs = () =>
  Operation({
    ...system,
    id: 'readMetrics',
    summary: 'Figures for Prometheus',
    answers: {
      200: { description: 'Exposition text', content: { 'text/plain': { schema: { type: 'string' } } } },
    },
  });
