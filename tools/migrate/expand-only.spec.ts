import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Found {
  readonly statement: string;
  readonly reason: string;
}
const { lockedTables, madeTables, notExpanding } = (await import(
  join(import.meta.dirname, 'expand-only.mjs')
)) as {
  lockedTables: (sql: string) => string[];
  madeTables: (sql: string) => Set<string>;
  notExpanding: (sql: string) => Found[];
};

/** The first release: there was no version before it. */
const FIRST_RELEASE = '20261121095000_partial_indexes';
const MIGRATIONS = join(import.meta.dirname, '..', '..', 'prisma', 'migrations');
const later = readdirSync(MIGRATIONS).filter((name) => /^\d/.test(name) && name > FIRST_RELEASE);

const sqlOf = (name: string): string => readFileSync(join(MIGRATIONS, name, 'migration.sql'), 'utf8');
/** Nobody of the version before uses them. */
const newTables = new Set(later.flatMap((name) => [...madeTables(sqlOf(name))]));

describe('migrations after the first release', () => {
  it('are there to be checked', () => {
    expect(later.length).toBeGreaterThan(0);
  });

  it.each(later)('%s only adds, or says what it takes away', (name) => {
    expect(notExpanding(sqlOf(name))).toEqual([]);
  });

  it.each(later)('%s locks one table at most that is in use', (name) => {
    const locked = lockedTables(sqlOf(name)).filter((table) => !newTables.has(table));
    expect(locked.length).toBeLessThanOrEqual(1);
  });
});

describe('a migration that only adds', () => {
  it.each([
    ['a nullable column', 'ALTER TABLE "Task" ADD COLUMN "x" TEXT;'],
    [
      'columns with defaults',
      'ALTER TABLE "Task" ADD COLUMN "x" INT NOT NULL DEFAULT 0, ADD COLUMN "y" DECIMAL(20,9);',
    ],
    [
      'a table with all its keys',
      'CREATE TABLE "N" ("id" TEXT NOT NULL); ALTER TABLE "N" ADD CONSTRAINT "k" UNIQUE ("id");',
    ],
    ['an index', 'CREATE INDEX CONCURRENTLY "i" ON "Task" ("x") WHERE "x" = \'a;b\';'],
    [
      'a unique index on its own table',
      'CREATE TABLE "N" ("id" TEXT); CREATE UNIQUE INDEX "u" ON "N"("id");',
    ],
    ['a constraint for new rows only', 'ALTER TABLE "Task" ADD CONSTRAINT "c" CHECK ("x" > 0) NOT VALID;'],
    ['a column that may be empty from now on', 'ALTER TABLE "Task" ALTER COLUMN "x" DROP NOT NULL;'],
    ['how a table is stored', 'ALTER TABLE "Task" SET (fillfactor = 70);'],
    ['words only', '-- DROP TABLE "Task";\n/* DROP TABLE "Team"; */'],
    ['a contraction that says so', '-- contract: 1.4\nALTER TABLE "Task" DROP COLUMN "x";'],
  ])('passes with %s', (_name, sql) => {
    expect(notExpanding(sql)).toEqual([]);
  });
});

describe('a migration that the version before would not survive', () => {
  it.each([
    ['drops a column', 'ALTER TABLE "Task" DROP COLUMN "x";'],
    ['drops a column behind one that it adds', 'ALTER TABLE "Task" ADD COLUMN "y" INT, DROP COLUMN "x";'],
    ['drops a table', 'DROP TABLE "Task";'],
    ['drops an index', 'DROP INDEX "Task_queued_idx";'],
    ['renames a column', 'ALTER TABLE "Task" RENAME COLUMN "x" TO "y";'],
    ['renames a table', 'ALTER TABLE "Task" RENAME TO "Job";'],
    ['changes a type', 'ALTER TABLE "Task" ALTER COLUMN "x" TYPE BIGINT;'],
    ['changes a type, as Prisma spells it', 'ALTER TABLE "Task" ALTER COLUMN "x" SET DATA TYPE BIGINT;'],
    ['demands a value', 'ALTER TABLE "Task" ALTER COLUMN "x" SET NOT NULL;'],
    ['adds a column that must be filled', 'ALTER TABLE "Task" ADD COLUMN "x" TEXT NOT NULL;'],
    [
      'adds a foreign key',
      'ALTER TABLE "Task" ADD CONSTRAINT "f" FOREIGN KEY ("x") REFERENCES "Team"("id");',
    ],
    ['makes old rows unique', 'CREATE UNIQUE INDEX "u" ON "Task"("x");'],
    ['deletes rows', 'DELETE FROM "Task";'],
    ['fills rows', 'UPDATE "Task" SET "x" = 1;'],
    ['does anything unknown', "DO $$ BEGIN EXECUTE 'DROP TABLE x'; END $$;"],
    ['names its release anywhere but first', 'ALTER TABLE "Task" DROP COLUMN "x";\n-- contract: 1.4'],
  ])('is refused when it %s', (_name, sql) => {
    expect(notExpanding(sql)).toHaveLength(1);
  });
});

describe('tables that a migration locks', () => {
  it.each([
    ['ALTER TABLE "Task" ADD COLUMN "x" INT; ALTER TABLE "Team" ADD COLUMN "x" INT;', ['task', 'team']],
    ['CREATE INDEX "i" ON "Task" ("x"); CREATE INDEX CONCURRENTLY "j" ON "Team"("x");', ['task']],
    ['CREATE TABLE "N" ("id" TEXT REFERENCES "Team"("id")); CREATE INDEX "k" ON "N"("id");', ['team']],
    ['ALTER TABLE "Task" ADD COLUMN "x" INT; CREATE INDEX "i" ON "Task"("x");', ['task']],
  ])('of %j', (sql, tables) => {
    expect(lockedTables(sql)).toEqual(tables);
  });
});
