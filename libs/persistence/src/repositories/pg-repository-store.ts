import { AppError, type RepositoryId, type TeamId } from '@drydock/domain';
import type {
  ForgeRepository,
  NewRepository,
  RepositoryChange,
  RepositoryForge,
  RepositoryRecord,
  RepositoryStore,
} from '@drydock/engine';
import type { Database } from '../database.ts';
import { jsonb } from '../jsonb.ts';

interface Row {
  readonly id: RepositoryId;
  readonly teamId: TeamId;
  readonly owner: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly forgeId: number | null;
  readonly settings: Omit<RepositoryForge, 'owner' | 'name' | 'enabled'>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

type Made = { readonly team: string | null } & (Row | { readonly id: null });

const FORGE = 'github';
const COLUMNS =
  '"id", "teamId", "forgeId"::float8 AS "forgeId", "owner", "name", "enabled", "settings", "createdAt", "updatedAt"';
const OF_TEAM = '"teamId" = $1';

const fullNameOf = ({ owner, name }: ForgeRepository): string => `${owner}/${name}`.toLowerCase();

const recordOf = ({
  id,
  teamId,
  forgeId,
  createdAt,
  updatedAt,
  settings,
  ...row
}: Row): RepositoryRecord => ({
  id,
  teamId,
  forgeId,
  forge: { owner: row.owner, name: row.name, enabled: row.enabled, ...settings },
  createdAt,
  updatedAt,
});

// Two that ask for one name at the same time: the index lets one through.
const CREATE = `
WITH team AS (
  SELECT "id" FROM "Team" WHERE "id" = $2
), made AS (
  INSERT INTO "Repository" ("id", "teamId", "forge", "owner", "name", "fullName", "settings", "enabled")
  SELECT $1, team."id", '${FORGE}', $3, $4, $5, $6::jsonb, $7 FROM team
  ON CONFLICT ("forge", "fullName") DO NOTHING
  RETURNING ${COLUMNS}
)
SELECT made.*, team."id" AS "team" FROM (SELECT) one LEFT JOIN team ON true LEFT JOIN made ON true`;

/** Repositories in PostgreSQL. */
export class PgRepositoryStore implements RepositoryStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create({ id, teamId, forge }: NewRepository): Promise<RepositoryRecord> {
    const { owner, name, enabled, ...settings } = forge;
    const [row] = await this.#database.rows<Made>({
      text: CREATE,
      values: [id, teamId, owner, name, fullNameOf(forge), jsonb(settings), enabled],
    });
    if (row === undefined || row.team === null) throw new AppError('not_found', 'There is no such team.');
    if (row.id === null)
      throw new AppError(
        'repository_taken',
        `${owner}/${name} is set up already. Change or delete that one first.`,
      );
    return recordOf(row);
  }

  get(teamId: TeamId, id: RepositoryId): Promise<RepositoryRecord | null> {
    const text = `SELECT ${COLUMNS} FROM "Repository" WHERE ${OF_TEAM} AND "id" = $2`;
    return this.#one(text, [teamId, id]);
  }

  async list(teamId: TeamId, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
    const rows = await this.#database.rows<Row>({
      text: `SELECT ${COLUMNS} FROM "Repository"
        WHERE ${OF_TEAM} AND ($2::text IS NULL OR "id" < $2) ORDER BY "id" DESC LIMIT $3`,
      values: [teamId, cursor ?? null, limit + 1],
    });
    const items = rows.slice(0, limit).map(recordOf);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  change(
    teamId: TeamId,
    id: RepositoryId,
    { triggers = {}, enabled, ...change }: RepositoryChange,
  ): Promise<RepositoryRecord | null> {
    // Merged where the row is locked, so that changes at the same time add up.
    const text = `UPDATE "Repository" SET "updatedAt" = now(), "enabled" = coalesce($5::boolean, "enabled"), "settings" = "settings" || $3::jsonb
        || jsonb_build_object('triggers', "settings"->'triggers' || $4::jsonb)
      WHERE ${OF_TEAM} AND "id" = $2 RETURNING ${COLUMNS}`;
    return this.#one(text, [teamId, id, jsonb(change), jsonb(triggers), enabled ?? null]);
  }

  remove(teamId: TeamId, id: RepositoryId): Promise<boolean> {
    const values = [teamId, id];
    return this.#database.transaction(async (tx) => {
      const [found] = await tx.rows({
        text: `SELECT 1 FROM "Repository" WHERE ${OF_TEAM} AND "id" = $2 FOR UPDATE`,
        values,
      });
      if (found === undefined) return false;
      await tx.rows({ text: 'DELETE FROM "TriggerLink" WHERE "repositoryId" = $1', values: [id] });
      await tx.rows({ text: 'DELETE FROM "Repository" WHERE "id" = $1', values: [id] });
      return true;
    });
  }

  find(name: ForgeRepository): Promise<RepositoryRecord | null> {
    const text = `SELECT ${COLUMNS} FROM "Repository" WHERE "forge" = '${FORGE}' AND "fullName" = $1`;
    return this.#one(text, [fullNameOf(name)]);
  }

  findByForgeId(forgeId: number): Promise<RepositoryRecord | null> {
    return this.#one(`SELECT ${COLUMNS} FROM "Repository" WHERE "forge" = '${FORGE}' AND "forgeId" = $1`, [
      forgeId,
    ]);
  }

  async noteForgeId(id: RepositoryId, forgeId: number): Promise<void> {
    await this.#database.rows({
      text: `UPDATE "Repository" r SET "forgeId" = $2 WHERE r."id" = $1 AND r."forgeId" IS NULL AND NOT EXISTS (
        SELECT 1 FROM "Repository" o WHERE o."forge" = r."forge" AND o."forgeId" = $2)`,
      values: [id, forgeId],
    });
  }

  rename(id: RepositoryId, name: ForgeRepository): Promise<RepositoryRecord | null> {
    const text = `UPDATE "Repository" r SET "owner" = $2, "name" = $3, "fullName" = $4, "updatedAt" = now()
      WHERE r."id" = $1 AND NOT EXISTS (
        SELECT 1 FROM "Repository" o WHERE o."forge" = r."forge" AND o."fullName" = $4) RETURNING ${COLUMNS}`;
    return this.#one(text, [id, name.owner, name.name, fullNameOf(name)]);
  }

  async isOnlyTeam(teamId: TeamId): Promise<boolean> {
    const text = 'SELECT 1 FROM "Team" WHERE "id" <> $1 LIMIT 1';
    return (await this.#database.rows({ text, values: [teamId] })).length === 0;
  }

  async #one(text: string, values: unknown[]): Promise<RepositoryRecord | null> {
    const [row] = await this.#database.rows<Row>({ text, values });
    return row === undefined ? null : recordOf(row);
  }
}
