import { createHash, randomBytes } from 'node:crypto';
import { Client as Database } from 'pg';
import { Client } from './client.ts';
import type { System } from './start-system.ts';

const letters = (): string => randomBytes(16).toString('hex');

/** Runs one statement in the system's own database. */
export const query = async (
  system: System,
  text: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> => {
  const database = new Database({ connectionString: system.databaseUrl });
  await database.connect();
  try {
    return (await database.query<Record<string, unknown>>(text, [...values])).rows;
  } finally {
    await database.end();
  }
};

/** A new team. @returns its id. */
export const addTeam = async (system: System, name: string): Promise<string> => {
  const id = `team_${letters()}`;
  await query(system, 'INSERT INTO "Team" (id, name) VALUES ($1, $2)', [id, name]);
  return id;
};

/** A client with a new key of the team that has these scopes only. */
export const addKey = async (system: System, teamId: string, scopes: readonly string[]): Promise<Client> => {
  const id = letters();
  const key = `dk_${id}_${letters()}`;
  const sha256 = createHash('sha256').update(key).digest('hex');
  const values = [id, teamId, sha256, scopes];
  await query(system, 'INSERT INTO "ApiKey" (id, "teamId", sha256, scopes) VALUES ($1, $2, $3, $4)', values);
  return new Client(system.url, key);
};
