import { SCOPES } from '@drydock/domain';
import { z } from 'zod';
import { Cursor, PageLimit } from './page.ts';
import { PointInTime } from './point-in-time.ts';

const MAX_SLOTS = 100_000;
const MAX_QUEUED = 10_000_000;
const MAX_WEIGHT = 1_000;
const MAX_RATE = 1_000_000;

const Name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

const limits = {
  weight: z.int().min(1).max(MAX_WEIGHT).describe('Share of the slots beside the other teams that have work'),
  maxConcurrent: z
    .int()
    .min(0)
    .max(MAX_SLOTS)
    .nullable()
    .describe('Tasks that may run at once; 0 pauses the team, null: no limit'),
  maxQueued: z
    .int()
    .min(0)
    .max(MAX_QUEUED)
    .nullable()
    .describe('Queued tasks from which on submits are refused; null: no limit'),
};

/** A new team; what is left out has its default. */
export const TeamRequest = z
  .strictObject({
    name: Name,
    weight: limits.weight.default(1),
    maxConcurrent: limits.maxConcurrent.default(null),
    maxQueued: limits.maxQueued.default(null),
  })
  .meta({ id: 'TeamRequest' });
export type TeamRequest = z.infer<typeof TeamRequest>;

/** What is left out stays as it is. */
export const TeamChangeRequest = z
  .strictObject({ name: Name, ...limits })
  .partial()
  .meta({ id: 'TeamChangeRequest' });
export type TeamChangeRequest = z.infer<typeof TeamChangeRequest>;

export const TeamListQuery = z.strictObject({
  limit: PageLimit,
  cursor: Cursor.optional(),
});
export type TeamListQuery = z.infer<typeof TeamListQuery>;

export const Team = z
  .object({ id: z.string(), name: z.string(), ...limits, createdAt: z.string() })
  .meta({ id: 'Team' });
export type Team = z.infer<typeof Team>;
export const TeamPage = z
  .object({ items: z.array(Team), next: z.string().nullable() })
  .meta({ id: 'TeamPage' });

const Rate = z
  .int()
  .min(1)
  .max(MAX_RATE)
  .nullable()
  .describe('Requests per second; null: the rate of the installation');

/** A new key. Without `scopes` it works on tasks only: `admin` has to be asked for. */
export const ApiKeyRequest = z
  .strictObject({
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .max(SCOPES.length)
      .default(['tasks:read', 'tasks:write'])
      .transform((scopes) => [...new Set(scopes)]),
    requestsPerSecond: Rate.default(null),
    expiresAt: PointInTime.refine((at) => Date.parse(at) > Date.now(), 'must lie in the future')
      .nullable()
      .default(null)
      .describe('From then on it opens nothing; null: it opens its team until it is revoked'),
  })
  .meta({ id: 'ApiKeyRequest' });
export type ApiKeyRequest = z.infer<typeof ApiKeyRequest>;

const keyFields = {
  id: z.string().describe('The public part of the key'),
  scopes: z.array(z.enum(SCOPES)),
  requestsPerSecond: Rate,
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
};

export const ApiKey = z.object(keyFields).meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof ApiKey>;
export const ApiKeyList = z.object({ items: z.array(ApiKey) }).meta({ id: 'ApiKeyList' });
/** The only answer that ever holds a whole key. */
export const NewApiKey = z
  .object({ ...keyFields, key: z.string().describe('The whole key, shown this once') })
  .meta({ id: 'NewApiKey' });
export type NewApiKey = z.infer<typeof NewApiKey>;
