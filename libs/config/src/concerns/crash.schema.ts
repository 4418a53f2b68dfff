import { CRASH_POINTS, isCrashPoint, type CrashPoint } from '@drydock/domain';
import { z } from 'zod';
import { nodeEnv } from './values.ts';

/** For tests of recovery: the process ends itself by SIGKILL when it comes to this point. Refused in production. */
export const CrashSettings = z
  .object({
    NODE_ENV: nodeEnv,
    DRYDOCK_CRASH_POINT: z
      .string()
      .refine(isCrashPoint, `must be one of ${CRASH_POINTS.join(', ')}`)
      .optional()
      .describe(
        'The process ends itself by SIGKILL when it comes to this point of the walk; refused in production',
      ),
  })
  .meta({ title: 'Tests of recovery' })
  .refine((env) => env.NODE_ENV !== 'production' || env.DRYDOCK_CRASH_POINT === undefined, {
    path: ['DRYDOCK_CRASH_POINT'],
    message: 'must not be set in production',
  })
  .transform((env): { crashPoint: CrashPoint | null } => ({
    crashPoint: env.DRYDOCK_CRASH_POINT ?? null,
  }));
