import { createHash } from 'node:crypto';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
};

/** JSON with the keys of every object in order, so that two spellings of one body are one text. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value ?? null));

/** What an Idempotency-Key is bound to: the body as sent, and the archive. Lowercase hex. */
export const bodyHash = (body: unknown, archiveSha256: string | null): string =>
  createHash('sha256')
    .update(canonicalJson(body))
    .update('\0')
    .update(archiveSha256 ?? '')
    .digest('hex');
