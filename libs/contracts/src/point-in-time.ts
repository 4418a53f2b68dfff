import { z } from 'zod';

/** RFC 3339 has years of four digits; with an offset one can lie just beyond them. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** RFC 3339 with any offset, and of a year that can be told of in the same way, in UTC. */
export const PointInTime = z.iso
  .datetime({ offset: true, abort: true })
  .refine((at) => Date.parse(at) <= LAST_MS, 'must lie before the year 10000');
