import type { z } from 'zod';
import { invalidInput } from './input-issues.ts';

/** The body of a route that does without one, too. @throws AppError `invalid_request`. */
export const optionalBody = <T>(schema: z.ZodType<T>, body: unknown): T => {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) throw invalidInput(parsed.error.issues);
  return parsed.data;
};
