import type { QueryConfig } from 'pg';
import type { RetentionBatch } from '@drydock/engine';
import { ago, FILES_ARE_FREE } from './removable.ts';

/** One statement, so one transaction: from then on the API says that the files are gone. `chosen` selects ids. */
const withdraw = (chosen: string): string => `WITH ${chosen}, withdrawn AS (
    UPDATE "Task" t SET "filesDeletedAt" = clock_timestamp() FROM chosen
    WHERE t."id" = chosen."id" AND t."filesDeletedAt" IS NULL RETURNING t."id"
  ), artifacts AS (
    DELETE FROM "Artifact" a USING withdrawn WHERE a."taskId" = withdrawn."id"
  ) SELECT "id" FROM withdrawn`;

const BY_AGE = withdraw(`chosen AS MATERIALIZED (
  SELECT t."id" FROM "Task" t WHERE ${FILES_ARE_FREE} AND t."finishedAt" <= ${ago('$1')}
  ORDER BY t."finishedAt" LIMIT $2 FOR NO KEY UPDATE OF t SKIP LOCKED)`);

// As many as it takes, in their order, until what is left fits: `before` is what those ahead free already.
const BY_SIZE = withdraw(`total AS MATERIALIZED (
    SELECT (SELECT coalesce(sum("bytes"), 0) FROM "Artifact")
      + (SELECT coalesce(sum("zipBytes"), 0) FROM "Task" WHERE "filesDeletedAt" IS NULL) AS "bytes"
  ), sized AS MATERIALIZED (
    SELECT t."id", t."finishedAt", coalesce(t."zipBytes", 0) + stored."bytes" AS "bytes" FROM "Task" t CROSS JOIN LATERAL (
      SELECT coalesce(sum(a."bytes"), 0) AS "bytes" FROM "Artifact" a WHERE a."taskId" = t."id") stored
    WHERE ${FILES_ARE_FREE} AND coalesce(t."zipBytes", 0) + stored."bytes" > 0
      AND (SELECT "bytes" FROM total) > $1::float8
    ORDER BY t."finishedAt", t."id" LIMIT $2
  ), summed AS (
    SELECT "id", sum("bytes") OVER (ORDER BY "finishedAt", "id") - "bytes" AS "before" FROM sized
  ), chosen AS MATERIALIZED (
    SELECT "id" FROM summed WHERE (SELECT "bytes" FROM total) - "before" > $1::float8
  )`);

export const withdrawByAge = ({ olderThanMs, limit }: RetentionBatch): QueryConfig => ({
  text: BY_AGE,
  values: [olderThanMs, limit],
});

export const withdrawBySize = (keepBytes: number, limit: number): QueryConfig => ({
  text: BY_SIZE,
  values: [keepBytes, limit],
});
