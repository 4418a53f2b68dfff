import { createHash, randomBytes } from 'node:crypto';
import { withClient } from '@drydock/testing';

export interface TeamKey {
  readonly name: string;
  readonly teamId: string;
  readonly key: string;
}

const letters = (): string => randomBytes(16).toString('hex');

/** Adds teams with one key each, as an operator would. */
export const addTeams = (databaseUrl: string, names: readonly string[]): Promise<TeamKey[]> =>
  withClient(databaseUrl, async (database) => {
    const teams: TeamKey[] = [];
    for (const name of names) {
      const [teamId, keyId] = [`team_${letters()}`, letters()];
      const key = `dk_${keyId}_${letters()}`;
      const sha256 = createHash('sha256').update(key).digest('hex');
      await database.query('INSERT INTO "Team" (id, name) VALUES ($1, $2)', [teamId, name]);
      await database.query('INSERT INTO "ApiKey" (id, "teamId", sha256, scopes) VALUES ($1, $2, $3, $4)', [
        keyId,
        teamId,
        sha256,
        ['tasks:read', 'tasks:write'],
      ]);
      teams.push({ name, teamId, key });
    }
    return teams;
  });

/** Lets so many tasks of each team run at once; null: as many as there are slots. */
export const limitTeams = (databaseUrl: string, atOnce: number | null): Promise<void> =>
  withClient(databaseUrl, async (database) => {
    await database.query('UPDATE "Team" SET "maxConcurrent" = $1', [atOnce]);
  });

/** The random id of the installation, which its containers carry. */
export const instanceIdOf = (databaseUrl: string): Promise<string> =>
  withClient(databaseUrl, async (database) => {
    const { rows } = await database.query<{ id: string }>('SELECT id FROM "Instance"');
    return rows[0]?.id ?? '';
  });
