import { z } from 'zod';

/** Where the page before said that the next one begins; clients have no need to know what it means. */
export const Cursor = z
  .string()
  .max(512)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be the `next` of the page before')
  .describe('The `next` of the page before');

/** Items of a page at most. */
export const PageLimit = z.coerce
  .number()
  .int()
  .min(1)
  .max(200)
  .default(50)
  .describe('Items of a page at most');
