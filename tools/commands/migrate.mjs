/**
 * `node tools/migrate.mjs deploy | diff | check | new <name>`: migrations of DATABASE_URL's database, else of the
 * instance's own. The rows it writes are those of `prisma migrate deploy`, which may be used instead.
 */
import { readFileSync } from 'node:fs';

import { writeMigration } from '../migrate/migration-files.mjs';
import { deploy, pendingSql } from '../migrate/migrations.mjs';
import { instanceOf } from '../setup/instance.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';

const databaseUrl = () => {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const { servicesFile } = instanceOf();
  try {
    return JSON.parse(readFileSync(servicesFile, 'utf8')).databaseUrl;
  } catch {
    throw new SetUpError('No database: set DATABASE_URL, or run `npm run services` first.');
  }
};

const COMMANDS = {
  deploy: async () => {
    const names = await deploy(databaseUrl());
    console.log(names.length > 0 ? `applied: ${names.join(', ')}` : 'nothing to apply');
  },
  diff: async () => console.log((await pendingSql(databaseUrl())) || '-- in step'),
  check: async () => {
    const sql = await pendingSql(databaseUrl());
    if (sql) {
      throw new SetUpError(
        `prisma/schema.prisma and prisma/migrations differ. Missing as a migration:\n${sql}`,
      );
    }
    console.log('migrations and schema are in step');
  },
  new: async (name) => {
    const sql = await pendingSql(databaseUrl());
    console.log(
      sql ? `written: ${writeMigration(name, sql)}` : 'nothing to write: migrations and schema are in step',
    );
  },
};

export async function main([command, ...args]) {
  if (!Object.hasOwn(COMMANDS, command ?? '')) {
    throw new SetUpError('Usage: node tools/migrate.mjs deploy | diff | check | new <name>');
  }
  await COMMANDS[command](...args);
}
